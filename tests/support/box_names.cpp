#include "tests/support/box_names.hpp"

#include <utf8proc.h>

#include <cstdlib>

namespace boxgate::testing {

namespace {

std::optional<std::size_t> characters(std::string_view text) {
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    std::size_t count = 0;
    while (left > 0) {
        utf8proc_int32_t code = 0;
        const auto used = utf8proc_iterate(at, left, &code);
        if (used <= 0) return std::nullopt;
        at += used;
        left -= used;
        ++count;
    }
    return count;
}

std::string mapped(std::string_view name, int how) {
    utf8proc_uint8_t* key = nullptr;
    const auto length =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(name.data()), static_cast<utf8proc_ssize_t>(name.size()),
                     &key, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | how));
    if (length < 0) return std::string(name);
    std::string text(reinterpret_cast<const char*>(key), static_cast<std::size_t>(length));
    std::free(key);
    return text;
}

}  // namespace

std::string folded(std::string_view name) {
    return mapped(name, UTF8PROC_CASEFOLD);
}

std::string composed(std::string_view name) {
    return mapped(name, 0);
}

std::optional<storage::failure> name_fault(std::string_view name) {
    const auto bad = [](const char* why) { return storage::failure(storage::errc::bad_name, why); };
    if (name.empty() || name == "." || name == "..") return bad("not a name");
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) return bad("the name holds a control character");
        if (byte == '/' || byte == '\\') return bad("the name holds a slash or backslash");
    }
    if (name.back() == ' ') return bad("the name ends in a space");
    const auto length = characters(name);
    if (!length) return bad("the name is not UTF-8");
    if (*length > 255) return bad("the name is longer than 255 characters");
    return std::nullopt;
}

}  // namespace boxgate::testing
