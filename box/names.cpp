#include "box/names.hpp"

#include "protocol/storage/folded_name.hpp"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

namespace boxgate::box {

using storage::errc;
using storage::failure;

namespace {

std::string mapped(std::string_view text, int how) {
    utf8proc_uint8_t* raw = nullptr;
    const auto length =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                     &raw, static_cast<utf8proc_option_t>(how | UTF8PROC_STABLE));
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(raw, std::free);
    if (length < 0) return std::string(text);
    return std::string(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(length));
}

}  // namespace

std::string fold(std::string_view name) {
    return storage::folded_name(name);
}

std::string compose(std::string_view name) {
    return mapped(name, UTF8PROC_COMPOSE);
}

bool is_same_name(std::string_view one, std::string_view other) {
    return one == other || compose(one) == compose(other);
}

storage::result<void> check_name(std::string_view name) {
    std::size_t characters = 0;
    auto rest = name;
    while (!rest.empty()) {
        utf8proc_int32_t code = 0;
        const auto n = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(rest.data()),
                                        static_cast<utf8proc_ssize_t>(rest.size()), &code);
        if (n <= 0) return failure(errc::bad_name, "the name is not UTF-8");
        if (code < 0x20 || code == 0x7f)
            return failure(errc::bad_name, "Box does not allow control characters in names");
        if (code == '\\' || code == '/') return failure(errc::bad_name, "Box does not allow / and \\ in names");
        rest.remove_prefix(static_cast<std::size_t>(n));
        ++characters;
    }
    if (name.empty()) return failure(errc::bad_name, "the name is empty");
    if (name.ends_with(' ')) return failure(errc::bad_name, "Box does not allow a space at the end of a name");
    if (characters > 255) return failure(errc::bad_name, "the name is longer than Box's 255 characters");
    return storage::result<void>();
}

}  // namespace boxgate::box
