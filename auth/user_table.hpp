#pragma once

#include "auth/account.hpp"
#include "conf/settings/settings.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>

namespace boxgate::auth {

/// Who may log in and how: an immutable snapshot of the user settings. A reload makes a new one.
class user_table {
public:
    struct user {
        std::shared_ptr<const auth::account> account;
        std::string password_hash;   ///< empty: no password login
        std::set<std::string> keys;  ///< wire forms
    };

    /// Throws std::invalid_argument for what the settings' validation should have refused. `before`, the table that
    /// this one replaces: sessions of both share a login's bytes per second, as long as they stay the same.
    explicit user_table(const conf::user_table_settings& settings, const user_table* before = nullptr);

    /// Null if there is no such login. Valid as long as the table.
    const user* find(const std::string& login) const;

    /// The hash that a login is checked against which has none of its own: of the costliest method in the table, so
    /// that nobody can tell by the time whether a login exists.
    const std::string& decoy_hash() const { return decoy_; }

    std::size_t size() const { return users_.size(); }

private:
    std::map<std::string, user> users_;
    std::string decoy_;
};

}  // namespace boxgate::auth
