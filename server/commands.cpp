#include "server/commands.hpp"

#include "auth/password_hash.hpp"
#include "conf/settings/settings_yaml.hpp"
#include "server/gateway.hpp"
#include "server/ready_file.hpp"
#include "server/resource_limits.hpp"
#include "server/terminal.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <optional>

namespace boxgate::server {

namespace asio = boost::asio;

namespace {

// The settings, or every fault of them on standard error.
std::optional<conf::load_outcome> load_settings(const std::string& config) {
    auto loaded = conf::load(config);
    if (loaded.faults.empty()) return loaded;
    for (const auto& fault : loaded.faults) std::cerr << fault << '\n';
    std::cerr << "boxgate: " << loaded.faults.size() << (loaded.faults.size() == 1 ? " fault" : " faults")
              << " in the settings, nothing was started\n";
    return std::nullopt;
}

runtime::log_format format_of(const conf::log_settings& settings) {
    return settings.format == "json" ? runtime::log_format::json : runtime::log_format::human;
}

runtime::log_level level_of(const conf::log_settings& settings) {
    if (settings.level == "debug") return runtime::log_level::debug;
    if (settings.level == "warning") return runtime::log_level::warning;
    if (settings.level == "error") return runtime::log_level::error;
    return runtime::log_level::info;
}

// Until the first signal, and then through the drain; a second signal cuts it short.
asio::awaitable<bool> run_until_signal(asio::io_context& context, gateway& gate, const runtime::log& log) {
    asio::signal_set signals(context, SIGTERM, SIGINT);
    const auto first = co_await signals.async_wait(asio::use_awaitable);
    log.info("stopping", {{"signal", first}, {"hint", "a second signal cuts transfers off"}});
    signals.async_wait([&gate](boost::system::error_code error, int) {
        if (!error) gate.hurry();
    });
    const bool whole = co_await gate.drain();
    signals.cancel();
    co_return whole;
}

}  // namespace

int serve(const serve_arguments& arguments) {
    // A client that closes in the middle of a write must cost a session, not the process.
    std::signal(SIGPIPE, SIG_IGN);
    auto settings = load_settings(arguments.config);
    if (!settings) return exit_bad_settings;
    const runtime::log log(format_of(settings->gateway.log), level_of(settings->gateway.log));
    raise_open_files_limit();

    asio::io_context context(1);
    gateway gate(context, std::move(settings->gateway), std::move(settings->users), log);
    gate.start();
    if (!arguments.ready_file.empty()) write_ready_file(arguments.ready_file, gate.ports());

    int outcome = exit_failed;
    asio::co_spawn(context, run_until_signal(context, gate, log), [&](std::exception_ptr broken, bool whole) {
        if (!broken) outcome = whole ? exit_ok : exit_cut_short;
        context.stop();
    });
    context.run();
    log.info("stopped", {{"exit", outcome}});
    return outcome;
}

int check(const std::string& config) {
    const auto settings = load_settings(config);
    if (!settings) return exit_bad_settings;
    std::cout << config << " and " << settings->gateway.users.string() << ": no faults, "
              << settings->users.users.size() << (settings->users.users.size() == 1 ? " user\n" : " users\n");
    return exit_ok;
}

int hash_password() {
    auto password = read_password("Password: ");
    if (!password || password->empty()) {
        std::cerr << "boxgate: no password was given\n";
        return exit_failed;
    }
    if (input_is_terminal() && read_password("Again: ") != password) {
        std::cerr << "boxgate: the two are not the same\n";
        return exit_failed;
    }
    if (password->size() > auth::crypt_hasher::max_length) {
        std::cerr << "boxgate: longer than " << auth::crypt_hasher::max_length << " bytes\n";
        return exit_failed;
    }
    std::cout << auth::hash_password(conf::secret(std::move(*password))) << '\n';
    return exit_ok;
}

}  // namespace boxgate::server
