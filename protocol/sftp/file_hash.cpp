#include "protocol/sftp/file_hash.hpp"

#include <boost/algorithm/hex.hpp>

#include <iterator>

namespace boxgate::sftp {

using storage::errc;
using storage::failure;

namespace {

constexpr std::size_t hex_length = 40;

bool names_sha1(std::string_view list) {
    while (!list.empty()) {
        const auto comma = list.find(',');
        if (list.substr(0, comma) == "sha1") return true;
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    }
    return false;
}

}  // namespace

storage::result<std::string> whole_file_hash(const request& asked, const storage::entry& what) {
    if (what.is_directory()) return failure(errc::is_a_directory, "a directory has no hash");
    if (!names_sha1(asked.text)) return failure(errc::not_supported, "the only hash that Box keeps is sha1");
    const bool whole = asked.offset == 0 && (asked.length == 0 || asked.length >= what.size);
    const bool one_block = asked.number == 0 || asked.number >= what.size;
    if (!whole || !one_block) return failure(errc::not_supported, "Box knows the hash of whole files only");
    std::string digest;
    if (what.sha1.size() == hex_length) boost::algorithm::unhex(what.sha1, std::back_inserter(digest));
    if (digest.empty()) return failure(errc::not_supported, "Box has no hash of this file yet");
    return digest;
}

}  // namespace boxgate::sftp
