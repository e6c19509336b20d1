#include "server/ready_file.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <fstream>

namespace boxgate::server {

void write_ready_file(const std::filesystem::path& file,
                      const std::map<std::string, std::vector<std::uint16_t>>& ports) {
    boost::json::object content;
    for (const auto& [protocol, numbers] : ports)
        content[protocol] = boost::json::array(numbers.begin(), numbers.end());
    auto partial = file;
    partial += ".partial";
    std::ofstream out(partial, std::ios::trunc);
    out << boost::json::serialize(content) << '\n';
    out.close();
    if (!out) {
        throw std::filesystem::filesystem_error("cannot write", partial, std::make_error_code(std::errc::io_error));
    }
    std::filesystem::rename(partial, file);
}

}  // namespace boxgate::server
