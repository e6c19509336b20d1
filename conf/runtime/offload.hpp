#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace boxgate::runtime {

namespace detail {

// The meeting point of a caller that may leave and work that goes on regardless. `outcome` is written by the worker and
// read by the caller after the posted wake-up, which orders the two.
template <class T>
struct errand {
    explicit errand(const boost::asio::any_io_executor& executor)
        : wake_up(executor, boost::asio::steady_timer::time_point::max()) {}

    using value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

    // Takes the worker's share along: the timer must not die on the worker's thread, after the caller's context
    // perhaps.
    static void finish(std::shared_ptr<errand> self) {
        const auto executor = self->wake_up.get_executor();
        boost::asio::post(executor, [self = std::move(self)] {
            self->done = true;
            self->wake_up.cancel();
        });
    }

    boost::asio::steady_timer wake_up;  // only touched on the caller's executor
    bool done = false;                  // likewise
    std::variant<std::monostate, value, std::exception_ptr> outcome;
};

template <class T>
boost::asio::awaitable<T> collect(std::shared_ptr<errand<T>> task) {
    const auto [error] = co_await task->wake_up.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    if (!task->done) throw boost::system::system_error(error);  // the caller was cancelled
    if (task->outcome.index() == 2) std::rethrow_exception(std::get<2>(task->outcome));
    if constexpr (!std::is_void_v<T>) co_return std::move(std::get<1>(task->outcome));
}

template <class T>
boost::asio::awaitable<void> carry_out(std::shared_ptr<errand<T>> task, boost::asio::awaitable<T> work) {
    try {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(work);
            task->outcome.template emplace<1>();
        } else {
            auto value = co_await std::move(work);
            task->outcome.template emplace<1>(std::move(value));
        }
    } catch (...) {
        task->outcome.template emplace<2>(std::current_exception());
    }
    errand<T>::finish(std::move(task));
}

}  // namespace detail

/// Runs `work()` on a thread of `pool` and resumes the caller, on its own executor, with what it returned or threw. A
/// cancelled caller leaves at once with operation_aborted while the work runs on: whatever it uses must be owned by it.
template <class Work>
auto offload(boost::asio::thread_pool& pool, Work work) -> boost::asio::awaitable<std::invoke_result_t<Work&>> {
    using T = std::invoke_result_t<Work&>;
    const auto task = std::make_shared<detail::errand<T>>(co_await boost::asio::this_coro::executor);
    // `share = task`: a plain capture of a const variable is const too, and a share that cannot be moved dies here.
    boost::asio::post(pool, [share = task, job = std::move(work)]() mutable {
        try {
            if constexpr (std::is_void_v<T>) {
                job();
                share->outcome.template emplace<1>();
            } else {
                share->outcome.template emplace<1>(job());
            }
        } catch (...) {
            share->outcome.template emplace<2>(std::current_exception());
        }
        detail::errand<T>::finish(std::move(share));
    });
    co_return co_await detail::collect<T>(task);
}

/// Runs a coroutine on another executor (the control thread, say) and resumes the caller on its own with the result. A
/// cancelled caller leaves at once; the coroutine is never cancelled by that and runs to its own end.
template <class T>
boost::asio::awaitable<T> run_on(boost::asio::any_io_executor where, boost::asio::awaitable<T> work) {
    const auto task = std::make_shared<detail::errand<T>>(co_await boost::asio::this_coro::executor);
    boost::asio::co_spawn(where, detail::carry_out<T>(task, std::move(work)), boost::asio::detached);
    co_return co_await detail::collect<T>(task);
}

}  // namespace boxgate::runtime
