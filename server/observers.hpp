#pragma once

#include "auth/authenticator.hpp"
#include "box/http/transport.hpp"
#include "conf/runtime/telemetry.hpp"

#include <memory>
#include <string>

// What counts at the doors between the rooms, so that the rooms need not.

namespace boxgate::server {

/// Counts calls to Box, one for each try.
class observed_transport final : public box::http::transport {
public:
    observed_transport(std::unique_ptr<box::http::transport> inner, std::string api_url, std::string upload_url,
                       runtime::telemetry& counts)
        : inner_(std::move(inner)), api_url_(std::move(api_url)), upload_url_(std::move(upload_url)), counts_(counts) {}

    boost::asio::awaitable<boost::system::result<box::http::response, box::http::transport_error>> exchange(
        box::http::request what) override;

private:
    std::unique_ptr<box::http::transport> inner_;
    const std::string api_url_;
    const std::string upload_url_;
    runtime::telemetry& counts_;
};

/// Counts credentials that were looked at.
class observed_authenticator final : public auth::authenticator {
public:
    observed_authenticator(auth::authenticator& inner, runtime::telemetry& counts) : inner_(inner), counts_(counts) {}

    boost::asio::awaitable<std::shared_ptr<const auth::account>> verify_password(std::string login,
                                                                                 conf::secret password) override;
    boost::asio::awaitable<std::shared_ptr<const auth::account>> verify_password_after_key(
        std::string login, conf::secret password) override;
    std::shared_ptr<const auth::account> find_public_key(const std::string& login,
                                                         const std::string& key_blob) override;

private:
    auth::authenticator& inner_;
    runtime::telemetry& counts_;
};

}  // namespace boxgate::server
