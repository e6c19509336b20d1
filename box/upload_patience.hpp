#pragma once

#include "box/options.hpp"
#include "protocol/storage/failure.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <optional>

namespace boxgate::box {

/// For how long an upload goes on trying while Box does not take it: sending it again would cost the client far more
/// than waiting does. Without a word from Box that is options::upload_patience, with a Retry-After it is
/// options::commit_timeout, both since Box has last taken something. Pure: the time is an argument.
class upload_patience {
public:
    using clock = std::chrono::steady_clock;
    using milliseconds = std::chrono::milliseconds;

    upload_patience(const options& settings, clock::time_point now)
        : silent_(settings.upload_patience), told_(settings.commit_timeout), since_(now) {}
    /// Of a file that is soon sent again: as long as a command waits.
    static upload_patience short_one(const options& settings, clock::time_point now) {
        auto patience = upload_patience(settings, now);
        patience.silent_ = patience.told_ = settings.max_wait;
        return patience;
    }

    /// Whether another try may do better.
    static bool may_pass(const storage::failure& why);
    /// The pause before try number `tries_made` + 1: Retry-After, or from 250 ms doubling to 8 s.
    static milliseconds pause(const storage::failure& why, unsigned tries_made);

    /// Box has taken something.
    void restart(clock::time_point now) { since_ = now; }
    /// Whether a try at `then` is still in time.
    bool covers(const storage::failure& why, clock::time_point then) const {
        return then <= since_ + (is_told(why) ? told_ : silent_);
    }

private:
    static bool is_told(const storage::failure& why) { return why.retry_after && why.retry_after->count() > 0; }

    clock::duration silent_;
    clock::duration told_;
    clock::time_point since_;
};

/// Waits for `length`, and asks `go_on` every second; false as soon as that says no.
boost::asio::awaitable<bool> wait_while(boost::asio::any_io_executor executor, std::chrono::milliseconds length,
                                        std::function<bool()> go_on);

}  // namespace boxgate::box
