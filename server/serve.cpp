#include "server/serve.hpp"

#include "conf/runtime/deadline.hpp"
#include "conf/runtime/offload.hpp"
#include "server/commands.hpp"
#include "server/listener.hpp"
#include "server/ready_file.hpp"
#include "server/resource_limits.hpp"
#include "server/settings_report.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <exception>

namespace boxgate::server {

namespace asio = boost::asio;

namespace {

runtime::log_format format_of(const conf::log_settings& settings) {
    return settings.format == "json" ? runtime::log_format::json : runtime::log_format::human;
}

runtime::log_level level_of(const conf::log_settings& settings) {
    if (settings.level == "debug") return runtime::log_level::debug;
    if (settings.level == "warning") return runtime::log_level::warning;
    if (settings.level == "error") return runtime::log_level::error;
    return runtime::log_level::info;
}

constexpr auto answer_patience = std::chrono::seconds(3);

}  // namespace

service::service(asio::io_context& context, worker& monitoring, conf::load_outcome settings, const runtime::log& log)
    : context_(context),
      log_(log),
      gateway_(context, settings.gateway, settings.users, log, metrics_),
      reloader_(context, settings.gateway.users, settings.users, std::move(settings.keys), log, metrics_,
                [this](conf::user_table_settings users) { return gateway_.replace_users(std::move(users)); }),
      hangups_(context, SIGHUP),
      monitoring_(monitoring) {
    std::vector<asio::ip::tcp::acceptor> acceptors;
    const auto all = listened_on(settings.gateway);
    for (const auto& where : settings.gateway.monitoring.listen) {
        acceptors.push_back(open_acceptor(monitoring_.executor(), where, all));
    }
    if (!acceptors.empty()) monitor_.emplace(std::move(acceptors), pages(), log);
}

service::~service() {
    monitoring_.stop();
}

void service::start() {
    gateway_.start();
    reloader_.start();
    asio::co_spawn(context_, obey_hangups(), asio::detached);
    if (monitor_) monitor_->start();
}

std::map<std::string, std::vector<std::uint16_t>> service::ports() const {
    auto all = gateway_.ports();
    if (monitor_) all["monitoring"] = monitor_->ports();
    return all;
}

asio::awaitable<bool> service::run_until_signal() {
    asio::signal_set signals(context_, SIGTERM, SIGINT);
    const auto first = co_await signals.async_wait(asio::use_awaitable);
    log_.info("stopping", {{"signal", first}, {"hint", "a second signal cuts transfers off"}});
    signals.async_wait([this](boost::system::error_code error, int) {
        if (!error) gateway_.hurry();
    });
    reloader_.stop();
    const bool whole = co_await gateway_.drain();
    signals.cancel();
    co_return whole;
}

asio::awaitable<void> service::obey_hangups() {
    while (true) {
        const auto [error, number] = co_await hangups_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (error) co_return;
        log_.info("reload_requested", {{"signal", number}});
        reloader_.request();
        gateway_.reload_certificate();
    }
}

std::map<std::string, monitor::page_function> service::pages() {
    std::map<std::string, monitor::page_function> all;
    all["/healthz"] = [this] { return alive(); };
    all["/readyz"] = [this] { return ready(); };
    all["/metrics"] = [this] { return metrics(); };
    return all;
}

asio::awaitable<monitor::page> service::alive() {
    auto asking = runtime::run_on(context_.get_executor(), gateway_.ping());
    const auto ping = [](asio::awaitable<void> work) -> asio::awaitable<bool> {
        co_await std::move(work);
        co_return true;
    };
    auto answering = ping(std::move(asking));
    const auto answered = co_await runtime::within(answer_patience, std::move(answering));
    co_return answered ? monitor::page(200, "ok\n") : monitor::page(503, "a thread does not answer\n");
}

asio::awaitable<monitor::page> service::ready() {
    auto asking = runtime::run_on(context_.get_executor(), gateway_.unready());
    const auto why = co_await std::move(asking);
    co_return why.empty() ? monitor::page(200, "ok\n") : monitor::page(503, why);
}

asio::awaitable<monitor::page> service::metrics() {
    const auto now = gateway_.in_use();
    metrics_.set("sessions", static_cast<double>(now.sessions));
    metrics_.set("sftp_handles", static_cast<double>(now.open_handles));
    metrics_.set("passive_ports", static_cast<double>(now.passive_ports));
    metrics_.set("transfer_blocks", static_cast<double>(now.transfer_blocks));
    metrics_.set("spool_bytes", static_cast<double>(now.spool_bytes));
    metrics_.set("box_upload_sessions", static_cast<double>(now.upload_sessions));
    metrics_.set("settling_tasks", static_cast<double>(now.settling_tasks));
    co_return monitor::page(200, metrics_.text());
}

int serve(const serve_arguments& arguments) {
    // A client that closes in the middle of a write must cost a session, not the process.
    std::signal(SIGPIPE, SIG_IGN);
    auto settings = load_settings(arguments.config);
    if (!settings) return exit_bad_settings;
    const runtime::log log(format_of(settings->gateway.log), level_of(settings->gateway.log));
    const auto files = raise_open_files_limit();
    if (settings->gateway.box.proxy) {
        const auto& proxy = *settings->gateway.box.proxy;
        log.info("box_proxy", {{"host", proxy.host}, {"port", proxy.port}, {"authentication", !proxy.user.empty()}});
    }
    log.info("starting", {{"users", settings->users.users.size()}, {"open_files", files}});

    worker monitoring("monitor");
    asio::io_context context(1);
    service all(context, monitoring, std::move(*settings), log);
    all.start();
    if (!arguments.ready_file.empty()) write_ready_file(arguments.ready_file, all.ports());

    int outcome = exit_failed;
    asio::co_spawn(context, all.run_until_signal(), [&](std::exception_ptr broken, bool whole) {
        if (!broken) outcome = whole ? exit_ok : exit_cut_short;
        context.stop();
    });
    context.run();
    log.info("stopped", {{"exit", outcome}});
    return outcome;
}

}  // namespace boxgate::server
