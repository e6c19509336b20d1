#include "auth/table_authenticator.hpp"

#include "conf/runtime/offload.hpp"

namespace boxgate::auth {

table_authenticator::table_authenticator(std::shared_ptr<const user_table> users, boost::asio::thread_pool& credentials,
                                         const password_hasher& hasher)
    : users_(std::move(users)), credentials_(credentials), hasher_(hasher) {}

boost::asio::awaitable<std::shared_ptr<const account>> table_authenticator::verify_password(std::string login,
                                                                                            conf::secret password) {
    return check(std::move(login), std::move(password), false);
}

boost::asio::awaitable<std::shared_ptr<const account>> table_authenticator::verify_password_after_key(
    std::string login, conf::secret password) {
    return check(std::move(login), std::move(password), true);
}

boost::asio::awaitable<std::shared_ptr<const account>> table_authenticator::check(std::string login,
                                                                                  conf::secret password,
                                                                                  bool after_key) {
    const auto users = users_.load();
    const auto* user = users->find(login);
    // Looked at only after the hash was made: an account that cannot be entered so takes as long as one that can.
    const bool may_enter =
        user && !user->password_hash.empty() && (after_key || !user->account->needs_key_and_password);
    const bool has_password = user && !user->password_hash.empty();
    const auto matches = [hasher = &hasher_, hash = has_password ? user->password_hash : users->decoy_hash(),
                          password = std::move(password)] { return hasher->matches(password, hash); };
    const bool matched = co_await runtime::offload(credentials_, matches);
    if (!matched || !may_enter) co_return nullptr;
    // The table may be another by now: what counts is what that says.
    const auto present = users_.load();
    const auto* now = present->find(login);
    const bool same =
        now && now->password_hash == user->password_hash && (after_key || !now->account->needs_key_and_password);
    co_return same ? now->account : nullptr;
}

std::shared_ptr<const account> table_authenticator::find_public_key(const std::string& login,
                                                                    const std::string& key_blob) {
    const auto users = users_.load();
    const auto* user = users->find(login);
    return user && user->keys.contains(key_blob) ? user->account : nullptr;
}

}  // namespace boxgate::auth
