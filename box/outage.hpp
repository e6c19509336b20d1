#pragma once

#include <atomic>
#include <chrono>
#include <string>

namespace boxgate::box {

/// Whether Box as a whole is down: many failures in a row, over some seconds, and not one answer in between. While it
/// is, calls are refused at once, with the reason, but for one every two seconds that finds out whether Box is back.
/// Belongs to the control thread, but for is_troubled().
class outage {
public:
    using clock = std::chrono::steady_clock;
    static constexpr unsigned failures_in_a_row = 10;
    static constexpr std::chrono::seconds at_least{5};
    static constexpr std::chrono::seconds between_probes{2};

    /// False: Box is down, and this call does not find out.
    bool admits(clock::time_point now);
    /// No connection, no answer, or a server error.
    void failed(std::string reason, clock::time_point now);
    /// Any other answer. Worth telling only while is_troubled().
    void worked();

    bool is_open() const { return open_; }
    const std::string& reason() const { return reason_; }  ///< of the last failure

    /// Whether anything failed since the last answer. Any thread.
    bool is_troubled() const { return troubled_.load(std::memory_order_relaxed); }

private:
    unsigned failures_ = 0;
    bool open_ = false;
    clock::time_point since_;
    clock::time_point next_probe_;
    std::string reason_;
    std::atomic<bool> troubled_ = false;
};

}  // namespace boxgate::box
