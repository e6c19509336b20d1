#include "server/gateway.hpp"

#include "auth/login_guard.hpp"
#include "auth/login_slots.hpp"
#include "auth/table_authenticator.hpp"
#include "box/engine.hpp"
#include "box/http/beast_transport.hpp"
#include "conf/runtime/clock.hpp"
#include "conf/runtime/deadline.hpp"
#include "conf/runtime/offload.hpp"
#include "protocol/ftp/self_check.hpp"
#include "protocol/storage/observed_filesystem.hpp"
#include "server/box_settings.hpp"
#include "server/listener.hpp"
#include "server/observers.hpp"
#include "server/readiness.hpp"
#include "server/site.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <iterator>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>

namespace boxgate::server {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr unsigned credential_threads = 2;
constexpr unsigned disk_threads = 4;
constexpr std::chrono::seconds cut_off_patience{5};   // for what is told to end at once
constexpr std::chrono::seconds settling_patience{2};  // for commits, whatever the deadline says
constexpr std::chrono::seconds worker_patience{2};

box::engine::transport_factory transports(const conf::gateway_settings& settings, runtime::telemetry& counts) {
    const auto options = transport_options_of(settings);
    return [options, &counts, api = settings.box.api_url, upload = settings.box.upload_url](auto executor) {
        return std::make_unique<observed_transport>(box::http::make_beast_transport(std::move(executor), options), api,
                                                    upload, counts);
    };
}

conf::user_table_settings only(conf::user_table_settings users, const std::set<std::string>& logins) {
    std::erase_if(users.users, [&](const auto& one) { return !logins.contains(one.first); });
    return users;
}

bool serves_ftp(const conf::ftp_settings& settings) {
    return !settings.listen.empty() || !settings.tls.implicit_listen.empty();
}

std::shared_ptr<net::server_tls> ftp_certificate(const conf::ftp_settings& settings, const runtime::log& log) {
    if (!serves_ftp(settings) || settings.tls.mode == conf::tls_mode::off) return nullptr;
    return std::make_shared<net::server_tls>(settings.tls.certificate, settings.tls.private_key, log);
}

// Throws what no operator would want to find out from users.
void check_data_connections(const conf::ftp_settings& settings, const runtime::log& log) {
    const auto found = ftp::check_data_connections(settings, ftp::surroundings::of_this_machine());
    for (const auto& text : found.warnings) log.warning("data_connections", {{"hint", text}});
    if (!found.errors.empty()) throw std::runtime_error(found.errors.front());
}

unsigned worker_count(const conf::limit_settings& limits) {
    return limits.workers != 0 ? limits.workers : std::max(1u, std::thread::hardware_concurrency());
}

// The one line that fits what the client expects; it may not arrive, and nobody waits for it.
void turn_away(tcp::socket socket, const std::string& protocol, const std::string& why) {
    if (protocol != "ftp") return;
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.send(asio::buffer("421 " + why + "\r\n"), 0, ignored);
}

}  // namespace

struct gateway::parts {
    parts(asio::io_context& context, conf::gateway_settings with, conf::user_table_settings users,
          const runtime::log& lines, runtime::telemetry& to_count)
        : main_context(context),
          settings(std::move(with)),
          log(lines),
          counts(to_count),
          logins(logins_of(users)),
          authenticator(std::make_shared<auth::user_table>(users), credentials, hasher),
          guard(settings.login_guard),
          slots(std::make_shared<auth::login_slots>(settings.limits.max_sessions_per_login)),
          addresses(std::make_shared<auth::login_slots>(settings.limits.max_sessions_per_address)),
          blocks(storage::block_pool::create(settings.limits.transfer_memory, counts)),
          passive(
              std::make_shared<ftp::passive_ports>(settings.ftp.passive_ports.first, settings.ftp.passive_ports.last)),
          advertised(std::make_shared<ftp::advertised_addresses>(settings.ftp, log)),
          certificate(ftp_certificate(settings.ftp, log)),
          engine(box_options(settings, counts), identities_of(only(users, logins)), control.executor(), disk, time, log,
                 transports(settings, counts)) {
        check_data_connections(settings.ftp, log);
        build_sites();
        for (const auto& where : settings.ftp.listen) listen(where, "ftp");
        for (const auto& where : settings.ftp.tls.implicit_listen) listen(where, "ftps");
        for (const auto& where : settings.sftp.listen) listen(where, "sftp");
    }

    ~parts() {
        listeners.clear();
        for (auto& one : sites) one->thread.stop();
        // What a pool has done it posts to the worker that asked, which must still be there.
        credentials.join();
        disk.join();
        sites.clear();
        control.stop();
    }

    void build_sites() {
        std::optional<ssh::host_keys> keys;
        if (!settings.sftp.listen.empty()) {
            keys = ssh::host_keys::load(settings.sftp.host_keys);
            for (const auto& key : keys->fingerprints()) {
                log.info(
                    "host_key",
                    {{"type", key.type}, {"fingerprint", key.sha256}, {"file", key.file.string()}, {"made", key.made}});
            }
        }
        for (unsigned i = 0; i < worker_count(settings.limits); ++i) {
            const auto number = std::to_string(i);
            auto& one = *sites.emplace_back(std::make_unique<site>("worker " + number));
            auto plain = engine.make_provider(one.thread.executor(), blocks);
            one.provider = std::make_unique<storage::observed_provider>(std::move(plain), log, counts);
            if (serves_ftp(settings.ftp)) {
                const ftp::session_options how(settings.ftp, settings.limits);
                ftp::services with(door, guard, *slots, *one.provider, blocks, passive, advertised, certificate, log,
                                   how);
                one.ftp = std::make_unique<ftp::session_group>(std::move(with), "ftp-" + number);
            }
            if (keys) {
                const ssh::session_options how(settings.sftp, settings.limits);
                ssh::services with(door, guard, *slots, *one.provider, blocks, log, how);
                one.ssh = std::make_unique<ssh::acceptor_context>(std::move(with), *keys, "sftp-" + number);
            }
        }
    }

    void listen(const conf::endpoint& where, const std::string& protocol) {
        auto opened = open_acceptor(main_context.get_executor(), where, listened_on(settings));
        auto& one = *listeners.emplace_back(std::make_unique<listener>(std::move(opened), protocol, log));
        log.info("listening", {{"protocol", protocol},
                               {"address", one.local_endpoint().address().to_string()},
                               {"port", one.local_endpoint().port()}});
    }

    std::size_t sessions() const {
        std::size_t sum = 0;
        for (const auto& one : sites) sum += one->sessions();
        return sum;
    }

    site& least_busy() {
        return **std::ranges::min_element(sites, {}, [](const auto& one) { return one->sessions(); });
    }

    // Bans and limits by address mean nothing where all clients seem to come from one.
    void watch_for_crowd(const std::string& address) {
        const auto all = addresses->taken();
        const bool crowd = all >= 20 && addresses->taken(address) * 10 > all * 9;
        if (!crowd || crowd_told.exchange(true)) return;
        log.warning("one_address_for_all",
                    {{"peer", address},
                     {"sessions", all},
                     {"hint", "if a proxy or NAT stands in front, list it in login_guard.never_ban"}});
    }

    void start(listener& on) {
        const auto place = [this] { return least_busy().thread.executor(); };
        const auto accept = [this, protocol = on.protocol()](tcp::socket socket) {
            if (sessions() >= settings.limits.max_sessions) {
                log.warning("too_many_sessions", {{"protocol", protocol}, {"limit", settings.limits.max_sessions}});
                turn_away(std::move(socket), protocol, "Too many sessions; try again later");
                return;
            }
            boost::system::error_code gone;
            const auto address = conf::client_network(socket.remote_endpoint(gone).address());
            const auto slot = addresses->take(address);
            if (!slot) {
                log.warning(
                    "too_many_sessions",
                    {{"protocol", protocol}, {"peer", address}, {"limit", settings.limits.max_sessions_per_address}});
                turn_away(std::move(socket), protocol, "Too many sessions from your address; end some first");
                return;
            }
            watch_for_crowd(address);
            const auto ended = [slot] {};  // holds the slot as long as the session lives
            for (const auto& one : sites) {
                if (one->thread.executor() != socket.get_executor()) continue;
                if (protocol == "sftp")
                    one->ssh->start(std::move(socket), ended);
                else
                    one->ftp->start(std::move(socket), protocol == "ftps", ended);
                return;
            }
        };
        on.start(place, accept);
    }

    // Addresses behind names change; a minute is how long clients may be sent to the old one.
    asio::awaitable<void> refresh_names() {
        asio::steady_timer pause(main_context);
        while (true) {
            pause.expires_after(std::chrono::seconds(60));
            co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
            const auto refresh = [addresses = advertised] { addresses->refresh(); };
            co_await runtime::offload(disk, refresh);
        }
    }

    asio::awaitable<void> wait_for(std::function<bool()> holds, std::chrono::steady_clock::time_point deadline) {
        asio::steady_timer pause(main_context);
        while (!holds() && std::chrono::steady_clock::now() < deadline) {
            pause.expires_after(std::chrono::milliseconds(20));
            co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }

    asio::awaitable<bool> drain() {
        const auto deadline = std::chrono::steady_clock::now() + settings.limits.drain_timeout;
        draining = true;
        for (auto& one : listeners) one->stop();
        for (auto& one : sites) one->stop_sessions(true);
        const std::function<bool()> gone = [this] { return sessions() == 0; };
        const std::function<bool()> gone_or_hurried = [this] { return sessions() == 0 || hurried; };
        co_await wait_for(gone_or_hurried, deadline);
        const bool whole = sessions() == 0;
        if (!whole) {
            log.warning("sessions_cut_off", {{"sessions", sessions()}});
            for (auto& one : sites) one->stop_sessions(false);
            co_await wait_for(gone, std::chrono::steady_clock::now() + cut_off_patience);
        }
        const std::function<bool()> settled = [this] { return engine.open_tasks() == 0; };
        const std::function<bool()> settled_or_hurried = [this] { return engine.open_tasks() == 0 || hurried; };
        co_await wait_for(settled_or_hurried, deadline);
        // What is past its point of no return gets a moment in any case.
        co_await wait_for(settled, std::chrono::steady_clock::now() + settling_patience);
        const auto left = engine.open_tasks();
        if (left > 0) log.error("uploads_cut_off", {{"tasks", left}});
        const bool all = whole && left == 0;
        co_return all;
    }

    asio::awaitable<void> replace_users(conf::user_table_settings users) {
        // A table without passwords makes a hash: not a thing for the thread that accepts.
        const auto present = authenticator.table();
        const auto make = [&users, &present] { return std::make_shared<const auth::user_table>(users, present.get()); };
        auto table = co_await runtime::offload(credentials, make);
        auto now = logins_of(users);
        // Who is just logging in with what the old table said of him finds no Box identity any more.
        auto swapping = engine.replace_identities(identities_of(only(users, now)));
        co_await runtime::run_on(control.executor(), std::move(swapping));
        authenticator.replace(std::move(table));
        const auto before = std::exchange(logins, std::move(now));
        std::set<std::string> gone;
        std::ranges::set_difference(before, logins, std::inserter(gone, gone.end()));
        for (const auto& login : gone) log.info("login_removed", {{"login", login}});
        if (gone.empty()) co_return;
        for (auto& one : sites) one->end_logins(gone);
    }

    asio::io_context& main_context;
    const conf::gateway_settings settings;
    const runtime::log& log;
    runtime::telemetry& counts;
    std::set<std::string> logins;
    runtime::system_clock time;
    auth::crypt_hasher hasher;
    asio::thread_pool credentials{credential_threads};
    asio::thread_pool disk{disk_threads};
    auth::table_authenticator authenticator;
    observed_authenticator door{authenticator, counts};
    auth::login_guard guard;
    std::shared_ptr<auth::login_slots> slots;
    std::shared_ptr<auth::login_slots> addresses;  // counts sessions by the address they come from
    std::atomic<bool> crowd_told = false;
    std::shared_ptr<storage::block_pool> blocks;
    std::shared_ptr<ftp::passive_ports> passive;
    std::shared_ptr<ftp::advertised_addresses> advertised;
    std::shared_ptr<net::server_tls> certificate;  // null where FTP has no TLS
    worker control{"control"};
    box::engine engine;
    readiness ready{main_context, control.executor(), engine};
    std::vector<std::unique_ptr<site>> sites;
    std::vector<std::unique_ptr<listener>> listeners;
    bool hurried = false;
    bool draining = false;
};

gateway::gateway(asio::io_context& main_context, conf::gateway_settings settings, conf::user_table_settings users,
                 const runtime::log& log, runtime::telemetry& counts)
    : parts_(std::make_unique<parts>(main_context, std::move(settings), std::move(users), log, counts)) {}

gateway::~gateway() = default;

void gateway::start() {
    for (auto& one : parts_->listeners) parts_->start(*one);
    if (parts_->advertised->has_names()) {
        asio::co_spawn(parts_->main_context, parts_->refresh_names(), asio::detached);
    }
}

std::map<std::string, std::vector<std::uint16_t>> gateway::ports() const {
    std::map<std::string, std::vector<std::uint16_t>> ports;
    for (const auto& one : parts_->listeners) ports[one->protocol()].push_back(one->local_endpoint().port());
    return ports;
}

asio::awaitable<void> gateway::replace_users(conf::user_table_settings users) {
    return parts_->replace_users(std::move(users));
}

asio::awaitable<std::string> gateway::unready() {
    if (parts_->draining) co_return "boxgate is stopping\n";
    auto asking = parts_->ready.trouble();
    co_return co_await std::move(asking);
}

asio::awaitable<void> gateway::ping() {
    const auto nothing = []() -> asio::awaitable<void> { co_return; };
    for (const auto& one : parts_->sites) co_await runtime::run_on(one->thread.executor(), nothing());
    co_await runtime::run_on(parts_->control.executor(), nothing());
}

gateway::usage gateway::in_use() const {
    usage now;
    now.sessions = parts_->sessions();
    for (const auto& one : parts_->sites) {
        if (!one->ssh) continue;
        const auto count = [&one] { return one->ssh->open_handles(); };
        auto counted = asio::post(one->thread.executor(), asio::use_future(count));
        // A worker that is stuck is for /healthz to tell.
        if (counted.wait_for(worker_patience) == std::future_status::ready) now.open_handles += counted.get();
    }
    now.passive_ports = parts_->passive->in_use();
    now.transfer_blocks = parts_->blocks->blocks_in_use();
    now.spool_bytes = parts_->engine.spool_bytes();
    now.upload_sessions = parts_->engine.open_upload_sessions();
    now.settling_tasks = parts_->engine.open_tasks();
    return now;
}

bool gateway::reload_certificate() {
    return !parts_->certificate || parts_->certificate->reload();
}

asio::awaitable<bool> gateway::drain() {
    return parts_->drain();
}

void gateway::hurry() {
    parts_->hurried = true;
}

}  // namespace boxgate::server
