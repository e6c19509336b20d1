#pragma once

#include "conf/runtime/clock.hpp"

#include <atomic>
#include <chrono>

namespace boxgate::testing {

/// Wall-clock time that stands still until the test moves it. Any thread may read and move it.
class fake_clock final : public runtime::clock {
public:
    using time_point = std::chrono::system_clock::time_point;
    using duration = std::chrono::system_clock::duration;

    /// Starts at 2026-01-01 00:00:00 UTC, so that outcomes do not depend on the day of the test.
    fake_clock() : fake_clock(time_point(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1))) {}
    explicit fake_clock(time_point start) : since_epoch_(start.time_since_epoch()) {}

    time_point now() const override { return time_point(since_epoch_.load()); }
    void advance(duration by) { since_epoch_.store(since_epoch_.load() + by); }
    void set(time_point to) { since_epoch_.store(to.time_since_epoch()); }

private:
    std::atomic<duration> since_epoch_;
};

}  // namespace boxgate::testing
