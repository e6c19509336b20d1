#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <mutex>

namespace boxgate::runtime {

/// Bytes per second for whoever shares it: a bucket that fills with time, and may be overdrawn by what has just been
/// moved. Time is an argument. Any thread.
class pace {
public:
    using clock = std::chrono::steady_clock;

    /// At least 1. A second's worth may be moved at once after a pause.
    explicit pace(std::uint64_t bytes_per_second) : rate_(bytes_per_second) {}

    std::uint64_t rate() const { return rate_; }

    /// `bytes` have been moved; how long to pause before the next.
    clock::duration take(std::uint64_t bytes, clock::time_point now) {
        const auto cost = std::chrono::duration_cast<clock::duration>(
            std::chrono::duration<double>(static_cast<double>(bytes) / static_cast<double>(rate_)));
        const std::lock_guard lock(mutex_);
        paid_until_ = std::max(paid_until_, now - std::chrono::seconds(1)) + cost;
        return std::max(paid_until_ - now, clock::duration(0));
    }

private:
    const std::uint64_t rate_;
    std::mutex mutex_;
    clock::time_point paid_until_ = clock::time_point::min() + std::chrono::hours(1);
};

}  // namespace boxgate::runtime
