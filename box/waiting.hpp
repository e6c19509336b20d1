#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>

namespace boxgate::box {

/// How a coroutine waits; tests pass one that only moves their clock.
using pause_function = std::function<boost::asio::awaitable<void>(std::chrono::milliseconds)>;
pause_function real_pause();

/// Where the time that waiting takes is read.
using now_function = std::function<std::chrono::steady_clock::time_point()>;
now_function real_now();

/// Both, for those who wait until something is true.
struct waiting {
    waiting() : pause(real_pause()), now(real_now()) {}
    waiting(pause_function how, now_function when) : pause(std::move(how)), now(std::move(when)) {}

    pause_function pause;
    now_function now;
};

}  // namespace boxgate::box
