#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace boxgate::box {

/// Decides by how many streams a file is fetched: one more for each spell in which the client waited for Box most of
/// the time, one less for each in which it hardly did. Pure.
class download_pace {
public:
    using clock = std::chrono::steady_clock;

    explicit download_pace(unsigned most_streams) : most_(most_streams) {}

    /// After each read: how much of the time since the last one was spent waiting for Box, how many bytes all streams
    /// have received since the beginning, and how many streams there are.
    void note(clock::time_point now, clock::duration waited, std::uint64_t received, unsigned streams) {
        if (begin_ == clock::time_point()) {
            begin_ = now - waited;
            received_before_ = 0;
        }
        waited_ += waited;
        const auto spell = now - begin_;
        if (spell < shortest_spell) return;
        const auto seconds = std::chrono::duration<double>(spell).count();
        const auto share = std::chrono::duration<double>(waited_).count() / seconds;
        const auto speed = static_cast<double>(received - received_before_) / seconds / std::max(1U, streams);
        if (share > 0.5 && speed < fast) {
            streams_ = std::min(most_, streams_ + 1);
        } else if (share < 0.1) {
            streams_ = std::max(1U, streams_ - 1);
        }
        begin_ = now;
        waited_ = waited_.zero();
        received_before_ = received;
    }

    unsigned streams() const { return streams_; }

private:
    static constexpr std::chrono::milliseconds shortest_spell{400};
    // A stream that gives so many bytes a second is not what a client waits for: others would take from it.
    static constexpr double fast = 48e6;

    unsigned most_;
    unsigned streams_ = 1;
    clock::time_point begin_;
    clock::duration waited_{0};
    std::uint64_t received_before_ = 0;
};

}  // namespace boxgate::box
