#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace boxgate::ftp {

/// One command line (RFC 959 section 5.3) cut in two.
struct command {
    std::string verb;      ///< upper case; empty if the line holds none
    std::string argument;  ///< everything behind the one space, as it came
};

command parse_command(std::string_view line);

/// ASCII letters in upper case.
std::string upper(std::string text);

/// The first word in upper case, and what follows the space behind it.
std::pair<std::string, std::string> first_word(std::string_view text);

/// RFC 959 section 4.1.2 and RFC 2428: "h1,h2,h3,h4,p1,p2" and "|1|address|port|".
struct host_port {
    std::string address;  ///< empty: could not be read
    unsigned short port = 0;
    bool unknown_protocol = false;  ///< of EPRT: a number that is neither 1 (IPv4) nor 2 (IPv6)
};
host_port parse_port(std::string_view argument);
host_port parse_eprt(std::string_view argument);

/// What LIST and NLST are given: leading words such as "-al" are options of ls, never names; a name that begins with a
/// dash is written "./-name", as to ls.
std::string_view without_list_options(std::string_view argument);

}  // namespace boxgate::ftp
