#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <source_location>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace boxgate::testing {

namespace detail {

template <class T>
struct coro_outcome {
    bool ended = false;
    std::exception_ptr error;
    std::optional<std::conditional_t<std::is_void_v<T>, std::monostate, T>> value;
};

template <class T>
boost::asio::awaitable<void> note_outcome(boost::asio::awaitable<T> work, std::shared_ptr<coro_outcome<T>> outcome) {
    if constexpr (std::is_void_v<T>) {
        co_await std::move(work);
    } else {
        outcome->value.emplace(co_await std::move(work));
    }
}

}  // namespace detail

/// Runs `work` on `context` until it ends and returns what it returned or throws what it threw. std::runtime_error,
/// naming the caller's line, if that takes longer than `patience`; the coroutine then dies with the context. Other work
/// of the context runs along, and goes on at the next call.
template <class T>
T run_coro(boost::asio::io_context& context, boost::asio::awaitable<T> work,
           std::chrono::steady_clock::duration patience = std::chrono::seconds(10),
           const std::source_location& caller = std::source_location::current()) {
    // Shared: after a timeout the coroutine may still end, when the context runs again.
    const auto outcome = std::make_shared<detail::coro_outcome<T>>();
    boost::asio::co_spawn(context, detail::note_outcome<T>(std::move(work), outcome),
                          [outcome](std::exception_ptr error) {
                              outcome->ended = true;
                              outcome->error = error;
                          });
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!outcome->ended && std::chrono::steady_clock::now() < deadline) {
        if (context.stopped()) context.restart();
        if (context.run_one_until(deadline) == 0 && context.stopped()) break;  // nothing is left that could wake it
    }
    if (!outcome->ended) {
        throw std::runtime_error("the coroutine did not end, at " + std::string(caller.file_name()) + ":" +
                                 std::to_string(caller.line()));
    }
    if (outcome->error) std::rethrow_exception(outcome->error);
    if constexpr (!std::is_void_v<T>) return std::move(*outcome->value);
}

/// The same on a context of its own.
template <class T>
T run_coro(boost::asio::awaitable<T> work, std::chrono::steady_clock::duration patience = std::chrono::seconds(10),
           const std::source_location& caller = std::source_location::current()) {
    boost::asio::io_context context(1);
    return run_coro(context, std::move(work), patience, caller);
}

}  // namespace boxgate::testing
