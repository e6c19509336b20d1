#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <optional>

namespace boxgate::runtime {

/// Lets `work` take at most `patience`: nullopt if it did not finish, and it is cancelled then. The call returns only
/// when the work has honoured the cancellation, so `work` must be cancellable (I/O, timers, offload, run_on all are).
template <class T>
boost::asio::awaitable<std::optional<T>> within(std::chrono::steady_clock::duration patience,
                                                boost::asio::awaitable<T> work) {
    using namespace boost::asio::experimental::awaitable_operators;
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, patience);
    auto either = std::move(work) || timer.async_wait(boost::asio::use_awaitable);
    auto outcome = co_await std::move(either);
    if (outcome.index() == 0) co_return std::optional<T>(std::move(std::get<0>(outcome)));
    co_return std::nullopt;
}

}  // namespace boxgate::runtime
