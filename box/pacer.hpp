#pragma once

#include "box/outage.hpp"
#include "box/rate_limiter.hpp"
#include "box/waiting.hpp"
#include "conf/runtime/telemetry.hpp"
#include "protocol/storage/failure.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>

namespace boxgate::box {

/// When the calls of one Box user may go: keeps them in line for Box's budgets, silent while Box wants silence, and
/// refuses them at once while Box is down. One per Box user, whatever the number of sessions. Belongs to the control
/// thread.
class pacer : public std::enable_shared_from_this<pacer> {
public:
    using milliseconds = std::chrono::milliseconds;

    /// `counts`, told of waits, outlives the pacer.
    pacer(rate_limiter limits, std::shared_ptr<outage> down, waiting how,
          runtime::telemetry& counts = runtime::telemetry::none())
        : limits_(std::move(limits)), outage_(std::move(down)), waiting_(std::move(how)), counts_(counts) {}

    /// Without bounds of its own; Box's Retry-After still counts.
    static std::shared_ptr<pacer> unlimited();

    /// Waits until a call may go; tells how long that took. rate_limited, with the seconds, if that would be longer
    /// than `patience`; unavailable, with the reason, while Box is down.
    boost::asio::awaitable<storage::result<milliseconds>> admit(bool upload, milliseconds patience);

    /// Box has answered 429: nobody calls for this user before `length` is over.
    void hold(std::chrono::seconds length);

    outage& box() { return *outage_; }
    rate_limiter::clock::time_point now() const { return waiting_.now(); }

private:
    boost::asio::awaitable<storage::result<milliseconds>> stand_in_line(bool upload, milliseconds patience,
                                                                        milliseconds& waited);

    rate_limiter limits_;
    std::shared_ptr<outage> outage_;
    waiting waiting_;
    runtime::telemetry& counts_;
};

}  // namespace boxgate::box
