#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

namespace boxgate::box {

/// So many calls in any minute, handed out as moments to go. Three quarters go at once; the rest is spread over what is
/// left of the minute, so that a line of askers moves on instead of standing until the minute is over. (A plain token
/// bucket would let twice the budget through in one minute, or half of it.) Pure: the time is an argument.
class call_budget {
public:
    using clock = std::chrono::steady_clock;
    static constexpr std::chrono::seconds minute{60};

    /// 0: no bound.
    explicit call_budget(unsigned per_minute) : limit_(per_minute), brisk_(per_minute - per_minute / 4) {}

    /// The earliest moment for one more call, not before `now`, and behind all that was taken.
    clock::time_point next(clock::time_point now) const;

    /// Takes the moment that next() has named.
    void take(clock::time_point at);

    /// Nothing goes before `until`, and for a minute after it calls go evenly: Box has counted otherwise than we. What
    /// was taken for later than `now` is given back.
    void hold(clock::time_point now, clock::time_point until);

private:
    unsigned limit_;
    unsigned brisk_;
    std::deque<clock::time_point> taken_;  // ascending; the last minute and what is promised
    clock::time_point not_before_ = clock::time_point::min();
    clock::time_point even_until_ = clock::time_point::min();
};

/// The two budgets that Box counts for a user, or that all users of an enterprise have together.
struct call_budgets {
    call_budgets(unsigned calls_per_minute, unsigned uploads_per_minute)
        : calls(calls_per_minute), uploads(uploads_per_minute) {}

    call_budget calls;
    call_budget uploads;  ///< an upload counts in both
};

/// Through which budgets one call has to go, one after the other, and since when their answers are good. Pure.
class rate_limiter {
public:
    using clock = call_budget::clock;

    /// `enterprise` may be null.
    rate_limiter(call_budgets user, std::shared_ptr<call_budgets> enterprise)
        : user_(std::move(user)), enterprise_(std::move(enterprise)) {}

    /// A call on its way through.
    struct passage {
        explicit passage(bool is_upload) : upload(is_upload) {}
        bool upload;
        unsigned gates_passed = 0;
        std::uint64_t since_hold = 0;
    };

    /// Nullopt: the call may go now. Else the moment at which to ask again, a place in the line being kept until then,
    /// unless that is more than `patience` away: then nothing is kept.
    std::optional<clock::time_point> advance(passage& call, clock::time_point now, clock::duration patience);

    /// Box wants this user to be silent until `until`: everybody who waits waits anew.
    void hold(clock::time_point now, clock::time_point until);

private:
    static constexpr unsigned gates = 4;
    call_budget* gate(unsigned number, bool upload);

    call_budgets user_;
    std::shared_ptr<call_budgets> enterprise_;
    std::uint64_t holds_ = 0;
    clock::time_point held_until_ = clock::time_point::min();
};

}  // namespace boxgate::box
