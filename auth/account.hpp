#pragma once

#include "conf/runtime/pace.hpp"
#include "protocol/storage/access.hpp"
#include "protocol/storage/provider.hpp"

#include <memory>
#include <string>

namespace boxgate::auth {

/// Who has logged in: what the user table says of a login, without its credentials.
struct account {
    account(std::string login_name, storage::mount tree, storage::access granted)
        : login(std::move(login_name)), mount(std::move(tree)), access(granted) {}

    std::string login;
    std::string charset;  ///< how FTP clients write names; empty: UTF-8
    /// Shared by all sessions of the login; null: no limit. What clients send, and what they fetch.
    std::shared_ptr<runtime::pace> upload_pace;
    std::shared_ptr<runtime::pace> download_pace;
    storage::mount mount;
    storage::access access;
    bool needs_key_and_password = false;  ///< one of them alone does not let in
};

}  // namespace boxgate::auth
