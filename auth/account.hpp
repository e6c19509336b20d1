#pragma once

#include "protocol/storage/access.hpp"
#include "protocol/storage/provider.hpp"

#include <string>

namespace boxgate::auth {

/// Who has logged in: what the user table says of a login, without its credentials.
struct account {
    account(std::string login_name, storage::mount tree, storage::access granted)
        : login(std::move(login_name)), mount(std::move(tree)), access(granted) {}

    std::string login;
    storage::mount mount;
    storage::access access;
    bool needs_key_and_password = false;  ///< one of them alone does not let in
};

}  // namespace boxgate::auth
