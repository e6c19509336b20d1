#pragma once

#include "conf/runtime/pace.hpp"
#include "conf/settings/ip_network.hpp"
#include "protocol/storage/access_rules.hpp"
#include "protocol/storage/provider.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace boxgate::auth {

/// Who has logged in: what the user table says of a login, without its credentials.
struct account {
    account(std::string login_name, storage::mount tree, storage::access_rules granted)
        : login(std::move(login_name)), mount(std::move(tree)), rules(std::move(granted)), access(rules.anywhere()) {}

    /// Why the right credentials are not enough, from this address at this time: for the log. Empty: they are. The
    /// client is told what a wrong password is told.
    std::string_view refusal(const std::string& peer_address, std::chrono::system_clock::time_point now) const;

    std::string login;
    std::string charset;            ///< how FTP clients write names; empty: UTF-8
    bool ascii_conversion = false;  ///< FTP's TYPE A changes the ends of lines
    /// Shared by all sessions of the login; null: no limit. What clients send, and what they fetch.
    std::shared_ptr<runtime::pace> upload_pace;
    std::shared_ptr<runtime::pace> download_pace;
    storage::mount mount;
    storage::access_rules rules;
    storage::access access;  ///< what may be done in some place or other
    std::vector<conf::ip_network> allow_from;
    std::optional<std::chrono::sys_days> expires;  ///< the last day, UTC
    unsigned max_sessions = 0;                     ///< 0: as for everybody
    bool needs_key_and_password = false;           ///< one of them alone does not let in
};

}  // namespace boxgate::auth
