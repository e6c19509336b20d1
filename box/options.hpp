#pragma once

#include "conf/runtime/telemetry.hpp"
#include "conf/settings/settings.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace boxgate::box {

/// What the room needs to know of the settings, in one place, with durations as durations.
struct options {
    options() = default;

    std::string api_url = "https://api.box.com";
    std::string upload_url = "https://upload.box.com";
    conf::spool_settings spool;
    std::chrono::seconds spool_patience{60};   ///< of a write that finds the spool full
    std::chrono::seconds upload_patience{60};  ///< of an upload that Box does not take, and does not say why
    std::chrono::seconds call_timeout{60};     ///< without progress
    std::chrono::seconds commit_timeout{900};  ///< from the point of no return to Box's last word
    std::chrono::seconds max_wait{15};
    std::chrono::seconds cache_ttl{30};
    std::uint64_t direct_upload_limit = 50ull * 1024 * 1024;  ///< Box: larger files need an upload session
    unsigned parts_in_flight = 4;
    unsigned download_streams = 4;             ///< of one file
    bool events = true;                        ///< follow Box's events
    bool notifications = true;                 ///< false: every call asks Box to send nobody e-mail about it
    unsigned calls_per_minute = 1000;          ///< of one Box user; 0: no bound, as for the next three
    unsigned uploads_per_minute = 240;         ///< of one Box user
    unsigned enterprise_calls_per_minute = 0;  ///< of an enterprise's users together
    unsigned enterprise_uploads_per_minute = 0;
    /// Told of waits and of what the path cache knew; never null, outlives the room.
    runtime::telemetry* counts = &runtime::telemetry::none();
};

}  // namespace boxgate::box
