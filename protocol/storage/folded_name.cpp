#include "protocol/storage/folded_name.hpp"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

namespace boxgate::storage {

std::string folded_name(std::string_view name) {
    utf8proc_uint8_t* raw = nullptr;
    const auto how = static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STABLE);
    const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(name.data()),
                                     static_cast<utf8proc_ssize_t>(name.size()), &raw, how);
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(raw, std::free);
    if (length < 0) return std::string(name);
    return std::string(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(length));
}

}  // namespace boxgate::storage
