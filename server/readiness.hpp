#pragma once

#include "box/engine.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <string>

namespace boxgate::server {

/// Whether clients could be served: Box is asked only if somebody wants to know, and not for each time it is wanted.
/// Belongs to the main context.
class readiness {
public:
    /// `box`, which is asked on `control`, outlives it.
    readiness(boost::asio::io_context& main_context, boost::asio::any_io_executor control, box::engine& box)
        : control_(std::move(control)), box_(box), told_(main_context, boost::asio::steady_timer::time_point::max()) {}

    /// What is wrong, a line for each app; empty: Box answers, with a good token of at least one. At most 15 s old.
    boost::asio::awaitable<std::string> trouble();

private:
    boost::asio::any_io_executor control_;
    box::engine& box_;
    boost::asio::steady_timer told_;  // who waits for an answer that is under way
    bool asking_ = false;
    std::chrono::steady_clock::time_point asked_at_ = std::chrono::steady_clock::time_point::min();
    std::string trouble_;
};

}  // namespace boxgate::server
