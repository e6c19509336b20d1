#include "tests/unit/conf/yaml_lab.hpp"

namespace boxgate::testing {

conf::file_source yaml_lab::source() const {
    return [files = files_](const std::filesystem::path& path) -> conf::parsed<std::string> {
        const auto found = files.find(path.string());
        if (found == files.end()) return conf::wrong{"cannot read " + path.string() + ": not in the lab"};
        return {boost::system::in_place_value, found->second};
    };
}

conf::gateway_settings yaml_lab::gateway(std::string_view text) {
    faults_.clear();
    return conf::read_gateway(text, "/lab/gateway.yaml", source(), faults_, nullptr);
}

conf::user_table_settings yaml_lab::users(std::string_view text) {
    faults_.clear();
    return conf::read_users(text, "/lab/users.yaml", source(), faults_);
}

std::vector<std::string> yaml_lab::faults() const {
    std::vector<std::string> texts;
    for (const auto& one : faults_) texts.push_back(to_string(one).substr(one.file.size() + 1));
    return texts;
}

std::string yaml_lab::told() const {
    std::string text;
    for (const auto& one : faults()) text += one + "\n";
    return text;
}

}  // namespace boxgate::testing
