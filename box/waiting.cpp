#include "box/waiting.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace boxgate::box {

namespace asio = boost::asio;

pause_function real_pause() {
    return [](std::chrono::milliseconds length) -> asio::awaitable<void> {
        asio::steady_timer timer(co_await asio::this_coro::executor, length);
        co_await timer.async_wait(asio::use_awaitable);
    };
}

now_function real_now() {
    return [] { return std::chrono::steady_clock::now(); };
}

}  // namespace boxgate::box
