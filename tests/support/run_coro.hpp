#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>

namespace boxgate::testing {

namespace detail {

template <class T>
boost::asio::awaitable<void> note_value(boost::asio::awaitable<T> work, std::shared_ptr<std::optional<T>> into) {
    into->emplace(co_await std::move(work));
}

// The part that is the same for every T: what spawns and waits is slow to compile, and compiled once.
void run_until_ended(boost::asio::io_context& context, boost::asio::awaitable<void> work,
                     std::chrono::steady_clock::duration patience, const std::source_location& caller);

}  // namespace detail

/// Runs `work` on `context` until it ends and returns what it returned or throws what it threw. std::runtime_error,
/// naming the caller's line, if that takes longer than `patience`; the coroutine then dies with the context. Other work
/// of the context runs along, and goes on at the next call.
template <class T>
T run_coro(boost::asio::io_context& context, boost::asio::awaitable<T> work,
           std::chrono::steady_clock::duration patience = std::chrono::seconds(10),
           const std::source_location& caller = std::source_location::current()) {
    if constexpr (std::is_void_v<T>) {
        detail::run_until_ended(context, std::move(work), patience, caller);
    } else {
        const auto value = std::make_shared<std::optional<T>>();
        detail::run_until_ended(context, detail::note_value<T>(std::move(work), value), patience, caller);
        return std::move(**value);
    }
}

/// The same on a context of its own.
template <class T>
T run_coro(boost::asio::awaitable<T> work, std::chrono::steady_clock::duration patience = std::chrono::seconds(10),
           const std::source_location& caller = std::source_location::current()) {
    boost::asio::io_context context(1);
    return run_coro(context, std::move(work), patience, caller);
}

}  // namespace boxgate::testing
