#include "box/retry_policy.hpp"

#include <algorithm>

namespace boxgate::box {

std::optional<retry_policy::milliseconds> retry_policy::back_off(unsigned tries_made, double chance) {
    if (tries_made >= max_tries) return std::nullopt;
    const double base = std::min(8000.0, 250.0 * static_cast<double>(1U << std::max(1U, tries_made)) / 2);
    return milliseconds(static_cast<std::int64_t>(base * (0.5 + chance)));
}

std::optional<retry_policy::milliseconds> retry_policy::rate_limited(std::optional<std::chrono::seconds> retry_after,
                                                                     unsigned tries_made, double chance,
                                                                     milliseconds waited_so_far,
                                                                     milliseconds max_wait) {
    // "Retry-After: 0" is no invitation to hammer.
    const bool told = retry_after && *retry_after > std::chrono::seconds(0);
    const auto pause = told ? std::optional<milliseconds>(*retry_after) : back_off(tries_made, chance);
    if (!pause || waited_so_far + *pause > max_wait) return std::nullopt;
    return pause;
}

std::optional<retry_policy::milliseconds> retry_policy::blocked(unsigned tries_made, double chance,
                                                                milliseconds waited_so_far, milliseconds max_wait) {
    const double base = 250.0 * static_cast<double>(1U << std::clamp(tries_made, 1U, 5U)) / 2;
    const auto pause = milliseconds(static_cast<std::int64_t>(base * (0.5 + chance)));
    if (waited_so_far + pause > max_wait) return std::nullopt;
    return pause;
}

}  // namespace boxgate::box
