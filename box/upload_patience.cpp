#include "box/upload_patience.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;

bool upload_patience::may_pass(const storage::failure& why) {
    return why.code == errc::unavailable || why.code == errc::timeout || why.code == errc::rate_limited ||
           why.code == errc::busy;
}

upload_patience::milliseconds upload_patience::pause(const storage::failure& why, unsigned tries_made) {
    if (is_told(why)) return *why.retry_after;
    return milliseconds(250) * (1U << (std::clamp(tries_made, 1U, 6U) - 1));
}

asio::awaitable<bool> wait_while(asio::any_io_executor executor, std::chrono::milliseconds length,
                                 std::function<bool()> go_on) {
    asio::steady_timer step(executor);
    const auto end = std::chrono::steady_clock::now() + length;
    while (go_on()) {
        const auto left = end - std::chrono::steady_clock::now();
        if (left <= left.zero()) co_return true;
        step.expires_after(std::min<std::chrono::steady_clock::duration>(left, std::chrono::seconds(1)));
        co_await step.async_wait(asio::use_awaitable);
    }
    co_return false;
}

}  // namespace boxgate::box
