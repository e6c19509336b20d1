#pragma once

#include "auth/authenticator.hpp"
#include "auth/password_hash.hpp"
#include "auth/user_table.hpp"

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <memory>

namespace boxgate::auth {

/// The authenticator over the user table. Passwords are checked on the credentials pool, which nothing else uses: a
/// storm of logins makes logins slow, and nothing else.
class table_authenticator final : public authenticator {
public:
    /// `credentials` and `hasher` outlive the authenticator.
    table_authenticator(std::shared_ptr<const user_table> users, boost::asio::thread_pool& credentials,
                        const password_hasher& hasher);

    boost::asio::awaitable<std::shared_ptr<const account>> verify_password(std::string login,
                                                                           conf::secret password) override;
    boost::asio::awaitable<std::shared_ptr<const account>> verify_password_after_key(std::string login,
                                                                                     conf::secret password) override;
    std::shared_ptr<const account> find_public_key(const std::string& login, const std::string& key_blob) override;

    /// From now on logins are checked against `users`; sessions that are logged in notice nothing.
    void replace(std::shared_ptr<const user_table> users) { users_.store(std::move(users)); }
    std::shared_ptr<const user_table> table() const { return users_.load(); }

private:
    boost::asio::awaitable<std::shared_ptr<const account>> check(std::string login, conf::secret password,
                                                                 bool after_key);

    std::atomic<std::shared_ptr<const user_table>> users_;
    boost::asio::thread_pool& credentials_;
    const password_hasher& hasher_;
};

}  // namespace boxgate::auth
