#include "tests/simulator/rate_limits.hpp"

namespace box_simulator {

std::optional<std::int64_t> rate_limits::count(const std::string& user, bool upload, clock::time_point now) {
    if (general == 0 && uploads == 0) return std::nullopt;
    const std::lock_guard lock(mutex_);
    const std::chrono::milliseconds minute(minute_ms.load());
    auto& counted = users_[user];
    if (now - counted.begin >= minute) counted = {now, 0, 0};
    const bool too_many = general > 0 && counted.general >= general;
    const bool too_many_uploads = upload && uploads > 0 && counted.uploads >= uploads;
    if (too_many || too_many_uploads) {
        const auto left = counted.begin + minute - now;
        return std::chrono::ceil<std::chrono::seconds>(left).count();
    }
    ++counted.general;
    if (upload) ++counted.uploads;
    return std::nullopt;
}

}  // namespace box_simulator
