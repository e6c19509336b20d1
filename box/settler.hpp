#pragma once

#include "conf/runtime/log.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <cstddef>
#include <string>

namespace boxgate::box {

/// Owns what has to be brought to its end although nobody waits for it any more: commits past their point of no return,
/// and the deletion of upload sessions. A shutdown waits until none is open.
class settler {
public:
    explicit settler(const runtime::log& log) : log_(log) {}

    /// Runs `task` on `executor` to its own end; an exception is logged as a bug. Any thread may call.
    void adopt(boost::asio::any_io_executor executor, std::string name, boost::asio::awaitable<void> task);

    std::size_t open_tasks() const { return open_.load(std::memory_order_relaxed); }

private:
    const runtime::log& log_;
    std::atomic<std::size_t> open_ = 0;
};

}  // namespace boxgate::box
