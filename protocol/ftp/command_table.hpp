#pragma once

#include "protocol/ftp/conversation.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace boxgate::ftp {

enum class command_flags : std::uint16_t {
    none = 0,
    needs_login = 1 << 0,
    needs_argument = 1 << 1,
    transfers = 1 << 2,    ///< opens the data connection: runs beside the command loop
    in_transfer = 1 << 3,  ///< is answered while a transfer runs; others wait for its end
    with_tls = 1 << 4,     ///< FEAT shows it where there is TLS
    refused = 1 << 5,      ///< known, and not supported: 502
};

constexpr command_flags operator|(command_flags a, command_flags b) {
    return static_cast<command_flags>(static_cast<std::uint16_t>(a) | static_cast<std::uint16_t>(b));
}
constexpr bool has(command_flags set, command_flags one) {
    return (static_cast<std::uint16_t>(set) & static_cast<std::uint16_t>(one)) != 0;
}

/// One command of the language: what it is called, what holds for it, and who carries it out.
struct command_row {
    using handler = boost::asio::awaitable<void> (*)(conversation& with, std::string argument);

    std::string_view verb;
    command_flags flags;
    std::string_view syntax;        ///< for HELP
    handler carry_out;              ///< null for refused ones
    std::string_view feature = {};  ///< its line of FEAT (RFC 2389 section 3.2); empty: none
};

/// All of them, in the order in which HELP and FEAT show them.
std::span<const command_row> command_rows();

/// Null if there is no such command.
const command_row* find_command(std::string_view verb);

/// The lines of FEAT (RFC 2389 section 3.2), without the space in front.
std::vector<std::string> feature_lines(const conversation& with);

}  // namespace boxgate::ftp
