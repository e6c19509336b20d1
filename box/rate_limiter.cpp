#include "box/rate_limiter.hpp"

#include <algorithm>

namespace boxgate::box {

call_budget::clock::time_point call_budget::next(clock::time_point now) const {
    auto at = std::max(now, not_before_);
    if (limit_ == 0 || taken_.empty()) return at;
    const auto last = taken_.back();
    at = std::max(at, last);
    if (at < even_until_) at = std::max(at, last + minute / limit_);
    const auto oldest = std::upper_bound(taken_.begin(), taken_.end(), at - minute);
    const auto count = static_cast<std::size_t>(taken_.end() - oldest);
    if (count < brisk_) return at;
    if (count < limit_) {
        const auto step = (*oldest + minute - last) / static_cast<int>(limit_ - count);
        return std::max(at, last + step);
    }
    // The one that has to leave the minute first.
    return std::max(at, taken_[taken_.size() - limit_] + minute);
}

void call_budget::take(clock::time_point at) {
    if (limit_ == 0) return;
    taken_.push_back(at);
    while (taken_.size() > limit_) taken_.pop_front();
}

void call_budget::hold(clock::time_point now, clock::time_point until) {
    while (!taken_.empty() && taken_.back() > now) taken_.pop_back();
    not_before_ = std::max(not_before_, until);
    even_until_ = not_before_ + minute;
}

call_budget* rate_limiter::gate(unsigned number, bool upload) {
    switch (number) {
        case 0:
            return upload ? &user_.uploads : nullptr;
        case 1:
            return upload && enterprise_ ? &enterprise_->uploads : nullptr;
        case 2:
            return &user_.calls;
        default:
            return enterprise_ ? &enterprise_->calls : nullptr;
    }
}

// The narrow gates come first: a call that stands before one of them has taken no place before a wider one.
std::optional<rate_limiter::clock::time_point> rate_limiter::advance(passage& call, clock::time_point now,
                                                                     clock::duration patience) {
    if (call.since_hold != holds_) {
        call.since_hold = holds_;
        call.gates_passed = 0;
    }
    if (now < held_until_) {
        call.gates_passed = 0;
        return held_until_;
    }
    while (call.gates_passed < gates) {
        auto* const next_gate = gate(call.gates_passed, call.upload);
        const auto at = next_gate ? next_gate->next(now) : now;
        if (at - now > patience) return at;
        if (next_gate) next_gate->take(at);
        ++call.gates_passed;
        if (at > now) return at;
    }
    return std::nullopt;
}

void rate_limiter::hold(clock::time_point now, clock::time_point until) {
    if (until <= held_until_) return;
    held_until_ = until;
    ++holds_;
    user_.calls.hold(now, until);
    user_.uploads.hold(now, until);
}

}  // namespace boxgate::box
