#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <thread>

namespace box_simulator {

/// Holds one stream to so many bytes a second; 0: as fast as it goes.
class pace {
public:
    explicit pace(std::uint64_t bytes_per_second) : rate_(bytes_per_second) {}

    /// How much to move at a time, so that no wait is longer than a twentieth of a second.
    std::size_t piece(std::size_t wish) const {
        return rate_ == 0 ? wish : std::min(wish, static_cast<std::size_t>(std::max<std::uint64_t>(1, rate_ / 20)));
    }

    /// Waits until the stream may go on.
    void moved(std::size_t bytes) {
        if (rate_ == 0) return;
        moved_ += bytes;
        const auto due = std::chrono::duration<double>(static_cast<double>(moved_) / static_cast<double>(rate_));
        std::this_thread::sleep_until(begin_ + std::chrono::duration_cast<std::chrono::steady_clock::duration>(due));
    }

private:
    std::uint64_t rate_;
    std::uint64_t moved_ = 0;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace box_simulator
