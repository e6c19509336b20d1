#pragma once

#include <chrono>
#include <optional>

namespace boxgate::box {

/// Whether and when a call that did not succeed is worth another try. Pure: chance is an argument.
class retry_policy {
public:
    using milliseconds = std::chrono::milliseconds;

    static constexpr unsigned max_tries = 5;

    /// The pause before try number `tries_made` + 1, doubling from 250 ms to 8 s and spread by `chance` (0 to 1) over
    /// 50 to 150 %; nullopt when enough was tried.
    static std::optional<milliseconds> back_off(unsigned tries_made, double chance);

    /// How long to wait for Box's Retry-After (or `back_off` without one), if `waited_so_far` leaves room below
    /// `max_wait`; nullopt: tell the client to come back later.
    static std::optional<milliseconds> rate_limited(std::optional<std::chrono::seconds> retry_after,
                                                    unsigned tries_made, double chance, milliseconds waited_so_far,
                                                    milliseconds max_wait);

    /// How long to wait where Box is busy with something else at the place, or has reserved a name: doubling from 250
    /// ms to 4 s, as often as `max_wait` has room for; nullopt: tell the client.
    static std::optional<milliseconds> blocked(unsigned tries_made, double chance, milliseconds waited_so_far,
                                               milliseconds max_wait);
};

}  // namespace boxgate::box
