#pragma once

#include <cstdint>

namespace boxgate::storage {

/// What an account may do, applied by guarded_filesystem and nowhere else; and, for show, what Box allows.
enum class access : std::uint8_t {
    none = 0,
    list = 1 << 0,
    download = 1 << 1,
    upload = 1 << 2,  ///< store under a new name
    overwrite = 1 << 3,
    remove = 1 << 4,
    rename = 1 << 5,
    mkdir = 1 << 6,
    all = 0x7f,
};

constexpr access operator|(access a, access b) {
    return static_cast<access>(static_cast<std::uint8_t>(a) | static_cast<std::uint8_t>(b));
}
constexpr access operator&(access a, access b) {
    return static_cast<access>(static_cast<std::uint8_t>(a) & static_cast<std::uint8_t>(b));
}
constexpr bool grants(access held, access wanted) {
    return (held & wanted) == wanted;
}

}  // namespace boxgate::storage
