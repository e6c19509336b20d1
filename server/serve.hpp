#pragma once

#include "conf/runtime/log.hpp"
#include "conf/settings/settings_yaml.hpp"
#include "server/gateway.hpp"
#include "server/metrics.hpp"
#include "server/monitor.hpp"
#include "server/reload.hpp"
#include "server/worker.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace boxgate::server {

/// The gateway with all that stands around it while it runs: the users' files are watched, the monitoring pages
/// answered, signals obeyed.
class service {
public:
    /// Throws with a text for the operator if something cannot be opened. `log` outlives the service; `monitoring`,
    /// whose calls may still be under way in `context` when that ends, outlives `context`.
    service(boost::asio::io_context& context, worker& monitoring, conf::load_outcome settings, const runtime::log& log);
    ~service();

    void start();
    std::map<std::string, std::vector<std::uint16_t>> ports() const;

    /// Until SIGTERM or SIGINT, and then through the drain, which a second signal cuts short; SIGHUP reads the users'
    /// files again. True if nothing had to be cut off.
    boost::asio::awaitable<bool> run_until_signal();

private:
    boost::asio::awaitable<void> obey_hangups();
    boost::asio::awaitable<monitor::page> alive();
    boost::asio::awaitable<monitor::page> ready();
    boost::asio::awaitable<monitor::page> metrics();
    std::map<std::string, monitor::page_function> pages();

    boost::asio::io_context& context_;
    const runtime::log& log_;
    prometheus_metrics metrics_;
    gateway gateway_;
    reloader reloader_;
    boost::asio::signal_set hangups_;
    worker& monitoring_;  // metrics wait for workers, and must not make anybody else wait
    std::optional<monitor> monitor_;
};

}  // namespace boxgate::server
