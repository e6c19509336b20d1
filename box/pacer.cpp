#include "box/pacer.hpp"

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;

std::shared_ptr<pacer> pacer::unlimited() {
    return std::make_shared<pacer>(rate_limiter(call_budgets(0, 0), nullptr), std::make_shared<outage>(), waiting());
}

asio::awaitable<storage::result<pacer::milliseconds>> pacer::admit(bool upload, milliseconds patience) {
    const auto self = shared_from_this();
    milliseconds waited{0};
    auto admitted = co_await stand_in_line(upload, patience, waited);
    if (waited.count() > 0) counts_.waited("box_limit", waited);
    co_return admitted;
}

asio::awaitable<storage::result<pacer::milliseconds>> pacer::stand_in_line(bool upload, milliseconds patience,
                                                                           milliseconds& waited) {
    rate_limiter::passage call(upload);
    for (;;) {
        const auto now = waiting_.now();
        if (!outage_->admits(now)) {
            co_return failure(errc::unavailable, "Box is not reachable at the moment: " + outage_->reason());
        }
        const auto until = limits_.advance(call, now, patience - waited);
        if (!until) co_return waited;
        // Rounded up: a moment too early would be a place in the line lost.
        const auto wait = std::chrono::ceil<milliseconds>(*until - now);
        if (waited + wait > patience) {
            failure why(errc::rate_limited, "Box's limit of calls is reached");
            why.retry_after = std::chrono::ceil<std::chrono::seconds>(wait);
            co_return why;
        }
        co_await waiting_.pause(wait);
        waited += wait;
    }
}

void pacer::hold(std::chrono::seconds length) {
    const auto now = waiting_.now();
    limits_.hold(now, now + length);
}

}  // namespace boxgate::box
