#pragma once

#include <span>
#include <string>
#include <string_view>

namespace boxgate::ftp {

/// A subcommand of SITE (RFC 959 section 4.1.3). None changes anything: Box has nothing that it could change.
struct site_row {
    std::string_view name;
    int code;
    std::string_view text;
};

std::span<const site_row> site_rows();

/// What HELP SITE and SITE HELP say.
std::string site_help();

}  // namespace boxgate::ftp
