#include "tests/simulator/names.hpp"

#include "tests/simulator/box_error.hpp"
#include "tests/simulator/digest.hpp"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

namespace box_simulator {

void check_name(const std::string& name, bool strict) {
    const auto invalid = [] { return box_error(400, "item_name_invalid", "Item name invalid"); };
    if (name.empty() || name == "." || name == ".." || name.ends_with(' ')) throw invalid();
    if (strict && (name.starts_with(' ') || name.find_first_of("<>:|?*-") != std::string::npos)) throw invalid();
    std::size_t characters = 0;
    for (const unsigned char c : name) {
        if (c < 0x20 || c == 0x7f || c == '/' || c == '\\') throw invalid();
        if ((c & 0xc0) != 0x80) ++characters;
    }
    if (characters > 255) throw box_error(400, "item_name_too_long", "Item name too long");
}

std::string name_on_disk(const std::string& name) {
    constexpr std::size_t longest = 255;
    if (name.size() <= longest) return name;
    sha1_stream hash;
    hash.update(name.data(), name.size());
    const auto mark = "~" + hex(hash.finish());
    auto end = longest - mark.size();
    while ((static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) --end;
    return name.substr(0, end) + mark;
}

std::string nfkc(const std::string& name) {
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> made(
        utf8proc_NFKC(reinterpret_cast<const utf8proc_uint8_t*>(name.c_str())), std::free);
    return made ? reinterpret_cast<const char*>(made.get()) : name;
}

}  // namespace box_simulator
