#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace boxgate::ftp {

/// How far local time is from UTC at each moment: RFC 8536, the files below /usr/share/zoneinfo. (The C library knows
/// one zone per process, by a global.)
class time_zone {
public:
    time_zone() = default;  ///< UTC

    /// Throws std::runtime_error, naming the zone, if there is no such file or it cannot be read.
    static time_zone load(const std::string& name);

    /// The content of such a file; nullopt if it is none.
    static std::optional<time_zone> parse(std::string_view content);

    std::chrono::seconds offset(std::chrono::system_clock::time_point when) const;

private:
    struct change {
        std::int64_t at;  // seconds since 1970
        std::chrono::seconds offset;
    };

    std::chrono::seconds first_{0};  // before the first change
    std::vector<change> changes_;    // ascending
};

}  // namespace boxgate::ftp
