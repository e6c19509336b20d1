#pragma once

#include "auth/authenticator.hpp"
#include "auth/login_guard.hpp"
#include "auth/login_slots.hpp"
#include "conf/runtime/log.hpp"
#include "conf/settings/settings.hpp"
#include "protocol/ftp/advertised_addresses.hpp"
#include "protocol/ftp/passive_ports.hpp"
#include "protocol/ftp/time_zone.hpp"
#include "protocol/net/server_tls.hpp"
#include "protocol/storage/block.hpp"
#include "protocol/storage/provider.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace boxgate::ftp {

/// How FTP sessions behave; the defaults are those of the settings.
struct session_options {
    session_options() = default;
    session_options(const conf::ftp_settings& ftp, const conf::limit_settings& limits)
        : tls(ftp.tls.mode),
          require_session_reuse(ftp.tls.require_session_reuse),
          require_close_notify(ftp.tls.require_close_notify),
          active(ftp.active),
          active_source(ftp.active_source),
          welcome(ftp.welcome),
          zone(time_zone::load(ftp.list_zone)),
          login_timeout(limits.login_timeout),
          idle_timeout(limits.idle_timeout),
          transfer_timeout(limits.transfer_timeout),
          commit_keepalive(ftp.commit_keepalive),
          eof_grace(ftp.eof_grace) {}

    conf::tls_mode tls = conf::tls_mode::off;
    bool require_session_reuse = false;
    bool require_close_notify = true;
    bool active = true;
    conf::endpoint active_source;
    std::string welcome;
    time_zone zone;                                                          ///< of the times in LIST
    std::chrono::milliseconds login_timeout = std::chrono::seconds(60);      ///< from accept to login
    std::chrono::milliseconds idle_timeout = std::chrono::seconds(600);      ///< without a command
    std::chrono::milliseconds transfer_timeout = std::chrono::seconds(120);  ///< without a byte moving
    std::chrono::milliseconds reply_timeout = std::chrono::seconds(60);      ///< for the client to take a reply
    std::chrono::milliseconds connect_timeout = std::chrono::seconds(30);    ///< for the data connection to come
    std::chrono::milliseconds open_timeout = std::chrono::seconds(60);       ///< for the account's tree at Box
    std::chrono::milliseconds memory_patience = std::chrono::seconds(60);    ///< for transfer memory
    std::chrono::milliseconds passive_timeout = std::chrono::seconds(120);   ///< for a passive port to be used
    std::chrono::milliseconds commit_keepalive =
        std::chrono::seconds(8);              ///< between lines while Box takes a file in; 0: none
    std::chrono::milliseconds eof_grace{50};  ///< from a clear-text upload's end to its commit; 0: none
    std::chrono::milliseconds refusal_delay = std::chrono::seconds(1);  ///< before a wrong password is told
    unsigned max_tries = 5;                                             ///< wrong passwords before the connection ends
    std::size_t longest_line = 8192;
};

/// What the sessions of one worker work with. The references must outlive the worker's io_context.
struct services {
    services(auth::authenticator& door, auth::login_guard& against_guessing, auth::login_slots& per_login,
             storage::provider& trees, std::shared_ptr<storage::block_pool> pool, std::shared_ptr<passive_ports> ports,
             std::shared_ptr<const advertised_addresses> told, std::shared_ptr<net::server_tls> certificate,
             const runtime::log& lines, session_options how)
        : authenticator(door),
          guard(against_guessing),
          slots(per_login),
          provider(trees),
          blocks(std::move(pool)),
          passive(std::move(ports)),
          advertised(std::move(told)),
          tls(std::move(certificate)),
          log(lines),
          options(std::move(how)) {}

    auth::authenticator& authenticator;
    auth::login_guard& guard;
    auth::login_slots& slots;
    storage::provider& provider;
    std::shared_ptr<storage::block_pool> blocks;
    std::shared_ptr<passive_ports> passive;
    std::shared_ptr<const advertised_addresses> advertised;
    std::shared_ptr<net::server_tls> tls;  ///< null where options.tls is off
    const runtime::log& log;
    session_options options;
};

}  // namespace boxgate::ftp
