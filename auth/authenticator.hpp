#pragma once

#include "auth/account.hpp"
#include "conf/settings/secret.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

namespace boxgate::auth {

/// The one door for both protocols. Any thread may call; callers are resumed on their own executor. Refusals look the
/// same, and take the same time, whether the login exists or not.
class authenticator {
public:
    virtual ~authenticator() = default;

    /// Null if refused. Costs one password hash on the credentials pool; a cancelled caller leaves at once.
    virtual boost::asio::awaitable<std::shared_ptr<const account>> verify_password(std::string login,
                                                                                   conf::secret password) = 0;

    /// The same for somebody who has shown a key of `login` already: also where the account needs both. This is the
    /// only way in for such an account; a password alone is refused, right or wrong.
    virtual boost::asio::awaitable<std::shared_ptr<const account>> verify_password_after_key(std::string login,
                                                                                             conf::secret password) {
        return verify_password(std::move(login), std::move(password));
    }

    /// Whether `key_blob` (the SSH wire form of a public key, RFC 4253 section 6.6) may log in as `login`; the caller
    /// has verified, or is about to verify, the signature. Null if refused. Cheap: answers without waiting. Where the
    /// account says needs_key_and_password, this is only the first half.
    virtual std::shared_ptr<const account> find_public_key(const std::string& login, const std::string& key_blob) = 0;
};

}  // namespace boxgate::auth
