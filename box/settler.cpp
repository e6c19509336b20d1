#include "box/settler.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>

namespace boxgate::box {

namespace asio = boost::asio;

void settler::adopt(asio::any_io_executor executor, std::string name, asio::awaitable<void> task) {
    open_.fetch_add(1, std::memory_order_relaxed);
    asio::co_spawn(executor, std::move(task), [this, name = std::move(name)](std::exception_ptr error) {
        open_.fetch_sub(1, std::memory_order_relaxed);
        if (!error) return;
        try {
            std::rethrow_exception(error);
        } catch (const std::exception& what) {
            log_.error("task_failed", {{"task", name}, {"reason", what.what()}});
        }
    });
}

asio::awaitable<bool> settler::drain(std::chrono::steady_clock::duration patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (open_tasks() > 0) {
        if (std::chrono::steady_clock::now() >= deadline) co_return false;
        timer.expires_after(std::chrono::milliseconds(20));
        co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    co_return true;
}

}  // namespace boxgate::box
