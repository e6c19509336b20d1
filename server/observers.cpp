#include "server/observers.hpp"

#include "server/box_call_label.hpp"

#include <chrono>

namespace boxgate::server {

boost::asio::awaitable<boost::system::result<box::http::response, box::http::transport_error>>
observed_transport::exchange(box::http::request what) {
    const auto label = box_call_label(what.method, what.url, api_url_, upload_url_);
    const auto since = std::chrono::steady_clock::now();
    auto asking = inner_->exchange(std::move(what));
    auto answer = co_await std::move(asking);
    counts_.box_call(label, answer.has_value() ? answer->status : 0, std::chrono::steady_clock::now() - since);
    co_return answer;
}

boost::asio::awaitable<std::shared_ptr<const auth::account>> observed_authenticator::verify_password(
    std::string login, conf::secret password) {
    auto asking = inner_.verify_password(std::move(login), std::move(password));
    auto who = co_await std::move(asking);
    counts_.login("password", who ? "ok" : "refused");
    co_return who;
}

boost::asio::awaitable<std::shared_ptr<const auth::account>> observed_authenticator::verify_password_after_key(
    std::string login, conf::secret password) {
    auto asking = inner_.verify_password_after_key(std::move(login), std::move(password));
    auto who = co_await std::move(asking);
    counts_.login("password", who ? "ok" : "refused");
    co_return who;
}

std::shared_ptr<const auth::account> observed_authenticator::find_public_key(const std::string& login,
                                                                             const std::string& key_blob) {
    auto who = inner_.find_public_key(login, key_blob);
    counts_.login("publickey", who ? "ok" : "refused");
    return who;
}

}  // namespace boxgate::server
