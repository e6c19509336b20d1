#include "conf/settings/utf8_text.hpp"

#include <cstdio>

namespace boxgate::conf {

namespace {

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// The length of the UTF-8 character at the front of `text`; 0 if it is none. Overlong forms and surrogates are let
// through: nothing here depends on them.
std::size_t character_length(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = first < 0x80                    ? 1
                               : first >= 0xc2 && first < 0xe0 ? 2
                               : first >= 0xe0 && first < 0xf0 ? 3
                               : first >= 0xf0 && first < 0xf5 ? 4
                                                               : 0;
    if (length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if (!is_continuation(text[i])) return 0;
    }
    return length;
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f;
}

}  // namespace

std::optional<text_flaw> find_flaw(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (is_control(text[at])) {
            char code[8];
            std::snprintf(code, sizeof code, "0x%02x", static_cast<unsigned>(static_cast<unsigned char>(text[at])));
            return text_flaw{position_in(text, at), std::string("the control character ") + code + "; remove it"};
        }
        const auto length = character_length(text.substr(at));
        if (length == 0) return text_flaw{position_in(text, at), "not UTF-8; save the file as UTF-8"};
        at += length;
    }
    return std::nullopt;
}

text_position position_in(std::string_view text, std::size_t offset) {
    text_position at;
    for (const char c : text.substr(0, offset)) {
        if (c == '\n') {
            ++at.line;
            at.column = 1;
        } else if (!is_continuation(c)) {
            ++at.column;
        }
    }
    return at;
}

std::string shown(std::string_view text) {
    constexpr std::size_t longest = 60;
    std::string out = "'";
    auto end = std::min(text.size(), longest);
    while (end < text.size() && end > 0 && is_continuation(text[end])) --end;
    for (const char c : text.substr(0, end)) out += is_control(c) || c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
    if (end < text.size()) out += "...";
    return out + "'";
}

}  // namespace boxgate::conf
