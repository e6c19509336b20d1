#pragma once

#include "conf/runtime/log.hpp"
#include "conf/runtime/telemetry.hpp"
#include "conf/settings/key_trials.hpp"
#include "conf/settings/settings.hpp"
#include "server/file_watch.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <set>
#include <vector>

namespace boxgate::server {

/// Keeps the user table as the files have it. When one of them changes, or on request, all are read again: a table
/// without a fault takes the place of the old one as a whole; with any fault the old one stays, and the faults go to
/// the log with their lines.
class reloader {
public:
    /// Takes over a table; called on `context`, one call after another.
    using take_function = std::function<boost::asio::awaitable<void>(conf::user_table_settings)>;

    /// `paths` as in gateway_settings::users, `present` the table that was read from them, `known` the keys that were
    /// opened then. What is passed by reference outlives the reloader.
    reloader(boost::asio::io_context& context, std::vector<std::filesystem::path> paths,
             const conf::user_table_settings& present, conf::opened_keys known, const runtime::log& log,
             runtime::telemetry& counts, take_function take);

    /// Watches from now on; returns when `context` ends it, or on stop().
    void start();
    void stop();

    /// Reads the files even if nobody has touched them (SIGHUP).
    void request();

private:
    boost::asio::awaitable<void> watch();
    boost::asio::awaitable<void> run();
    boost::asio::awaitable<void> reload();
    void follow(std::set<std::filesystem::path> files);

    const std::vector<std::filesystem::path> paths_;
    conf::opened_keys known_keys_;  // of the thread that reads
    const runtime::log& log_;
    runtime::telemetry& counts_;
    const take_function take_;
    file_watch files_;
    std::set<std::filesystem::path> followed_;
    bool blindness_told_ = false;
    unsigned postponed_ = 0;         // in a row, for a file that was just being written
    boost::asio::steady_timer due_;  // runs out, or is moved, when there is something to do
    bool stopped_ = false;
    bool wanted_ = false;
    boost::asio::thread_pool reading_{1};  // a thousand keys take longer than accepting should wait
};

}  // namespace boxgate::server
