#pragma once

#include "conf/runtime/telemetry.hpp"

#include <boost/asio/awaitable.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace boxgate::box {

/// How much of the spool all uploads together may fill. An upload that finds it full waits in line: one that has begun
/// before one that is new, because only what has begun can end and make room. Any thread.
///
/// While there are uploads whose parts leave the spool once Box has them, a quarter is kept for making their parts
/// whole: were all of it filled with beginnings of parts, none could ever be sent. They may use more of it as long as
/// no other upload waits.
class spool_budget {
public:
    /// What the room is for.
    enum class claim {
        beginning,  ///< an upload that has nothing in the spool yet
        more,       ///< one that has begun
        part,       ///< all that a part still lacks, which leaves when it is whole
    };

    /// `counts`, told of waits, outlives the budget.
    explicit spool_budget(std::uint64_t most_bytes, runtime::telemetry& counts = runtime::telemetry::none())
        : most_(most_bytes), counts_(counts) {}

    using duration = std::chrono::steady_clock::duration;
    /// Told how long a wait has lasted: for how long it goes on before it asks again; zero ends it.
    using patience = std::function<duration(duration so_far)>;

    /// Takes `bytes` out of the budget; false if there was no room before the patience ended. Cancellation leaves the
    /// line and throws operation_aborted.
    boost::asio::awaitable<bool> take(std::uint64_t bytes, claim what_for, patience how_long);
    /// What was taken with this claim.
    void give_back(std::uint64_t bytes, claim what_for) noexcept;

    /// Held by an upload that takes its room part by part, or is going to.
    class by_parts {
    public:
        explicit by_parts(spool_budget& of);
        ~by_parts();
        by_parts(const by_parts&) = delete;
        by_parts& operator=(const by_parts&) = delete;

    private:
        spool_budget& budget_;
    };

    std::uint64_t most() const { return most_; }
    std::uint64_t in_use() const;

private:
    struct waiter;
    struct place_in_line;
    using line = std::deque<std::shared_ptr<waiter>>;

    line& line_of(claim what_for) { return lines_[static_cast<std::size_t>(what_for)]; }
    bool fits_locked(std::uint64_t bytes, claim what_for) const;
    bool is_empty(claim what_for) const { return lines_[static_cast<std::size_t>(what_for)].empty(); }
    void use_locked(std::uint64_t bytes, claim what_for);
    bool grant_locked(claim what_for) noexcept;
    void grant_locked() noexcept;

    const std::uint64_t most_;
    runtime::telemetry& counts_;
    mutable std::mutex mutex_;
    std::uint64_t in_use_ = 0;
    std::uint64_t in_parts_ = 0;  // of that
    std::size_t by_parts_ = 0;
    std::array<line, 3> lines_;  // by claim
};

}  // namespace boxgate::box
