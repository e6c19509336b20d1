#include "protocol/sftp/attributes.hpp"

#include <algorithm>
#include <limits>

namespace boxgate::sftp {

namespace {

constexpr std::uint32_t flag_size = 0x01;
constexpr std::uint32_t flag_owner = 0x02;
constexpr std::uint32_t flag_permissions = 0x04;
constexpr std::uint32_t flag_times = 0x08;
constexpr std::uint32_t flag_extended = 0x80000000;

constexpr std::uint32_t directory_type = 0040000;
constexpr std::uint32_t file_type = 0100000;

// Version 3 has 32 bits of seconds.
std::uint32_t seconds_of(std::chrono::system_clock::time_point when) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(when.time_since_epoch()).count();
    constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds, 0, most));
}

}  // namespace

attributes read_attributes(reader& from) {
    attributes read;
    const auto flags = from.u32();
    if (flags & flag_size) read.size = from.u64();
    if (flags & flag_owner) {
        read.has_owner = true;
        from.u32();
        from.u32();
    }
    if (flags & flag_permissions) {
        read.has_permissions = true;
        from.u32();
    }
    if (flags & flag_times) {
        read.has_times = true;
        from.u32();
        from.u32();
    }
    if (flags & flag_extended) {
        for (auto pairs = from.u32(); pairs > 0 && from.ok(); --pairs) {
            from.string();
            from.string();
        }
    }
    return read;
}

std::uint32_t mode_of(const storage::entry& what, storage::access granted) {
    using storage::access;
    constexpr auto changes = access::upload | access::mkdir | access::remove | access::rename;
    const bool is_directory = what.is_directory();
    std::uint32_t mode = is_directory ? directory_type | 0111 : file_type;
    if (grants(granted & what.allowed, is_directory ? access::list : access::download)) mode |= 0444;
    // For Box, whether things may be changed in a folder is whether they may come into it.
    const bool changeable = grants(what.allowed, is_directory ? access::upload : access::overwrite);
    if (changeable && (granted & (is_directory ? changes : access::overwrite)) != access::none) mode |= 0200;
    return mode;
}

void write_attributes(writer& to, const storage::entry& what, storage::access granted) {
    to.u32(flag_size | flag_owner | flag_permissions | flag_times);
    to.u64(what.size);
    to.u32(0);
    to.u32(0);
    to.u32(mode_of(what, granted));
    const auto time = seconds_of(what.modified);
    to.u32(time);
    to.u32(time);
}

}  // namespace boxgate::sftp
