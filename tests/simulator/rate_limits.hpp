#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace box_simulator {

/// Box's budgets of calls: so many a minute for each user, and fewer uploads among them. A minute begins with the first
/// call after the last one has ended; its length is a setting, so that tests need not wait for real ones. Thread-safe.
class rate_limits {
public:
    using clock = std::chrono::steady_clock;

    /// Counts a call of `user`. Nullopt: it fits; else the whole seconds after which the next minute has begun. A
    /// refused call counts for nothing.
    std::optional<std::int64_t> count(const std::string& user, bool upload, clock::time_point now);

    std::atomic<int> general = 0;            ///< calls a minute and user (Box: 1000); 0: no limit
    std::atomic<int> uploads = 0;            ///< uploads among them (Box: 240); 0: no limit
    std::atomic<int> minute_ms = 60'000;     ///< how long a minute is
    std::atomic<bool> count_parts = true;    ///< a part of an upload session is an upload; Box does not say
    std::atomic<bool> count_caller = false;  ///< calls made as-user also count for who makes them; Box does not say

private:
    struct window {
        clock::time_point begin;
        int general = 0;
        int uploads = 0;
    };
    std::mutex mutex_;
    std::map<std::string, window> users_;
};

}  // namespace box_simulator
