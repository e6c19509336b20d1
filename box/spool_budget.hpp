#pragma once

#include "conf/runtime/telemetry.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace boxgate::box {

/// How much of the spool all uploads together may fill. An upload that finds it full waits in line: one that has begun
/// before one that is new, because only what has begun can end and make room. Any thread.
class spool_budget {
public:
    /// `counts`, told of waits, outlives the budget.
    explicit spool_budget(std::uint64_t most_bytes, runtime::telemetry& counts = runtime::telemetry::none())
        : most_(most_bytes), counts_(counts) {}

    using duration = std::chrono::steady_clock::duration;
    /// Told how long a wait has lasted: for how long it goes on before it asks again; zero ends it.
    using patience = std::function<duration(duration so_far)>;

    /// Takes `bytes` out of the budget; false if there was no room before the patience ended. Cancellation leaves the
    /// line and throws operation_aborted.
    boost::asio::awaitable<bool> take(std::uint64_t bytes, bool has_begun, patience how_long);
    void give_back(std::uint64_t bytes) noexcept;

    std::uint64_t most() const { return most_; }
    std::uint64_t in_use() const;

private:
    struct waiter;
    struct place_in_line;
    using line = std::deque<std::shared_ptr<waiter>>;

    line& line_of(bool has_begun) { return has_begun ? begun_ : new_; }
    void grant_locked() noexcept;

    const std::uint64_t most_;
    runtime::telemetry& counts_;
    mutable std::mutex mutex_;
    std::uint64_t in_use_ = 0;
    line begun_;
    line new_;
};

}  // namespace boxgate::box
