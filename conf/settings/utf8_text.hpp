#pragma once

#include "conf/settings/fault.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace boxgate::conf {

struct text_flaw {
    text_position at;
    std::string text;
};

/// The first byte that has no place in a text file: not UTF-8, or a control character other than tab and line ends
/// (yaml-cpp takes byte 4 for the end of the file).
std::optional<text_flaw> find_flaw(std::string_view text);

/// The position of the byte at `offset`, columns counted in characters.
text_position position_in(std::string_view text, std::size_t offset);

/// `text` in quotes for a fault: cut after 60 bytes, control characters replaced.
std::string shown(std::string_view text);

}  // namespace boxgate::conf
