#pragma once

#include "conf/settings/settings.hpp"
#include "protocol/storage/failure.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace boxgate::box {

/// Whose token is asked for.
struct token_subject {
    token_subject() = default;  ///< the service account of the app's enterprise
    explicit token_subject(std::string of_user) : user_id(std::move(of_user)) {}

    std::string user_id;  ///< a Box user; empty: the service account
};

/// Signs the JWT assertions of one Box app (RS256). Box: "JWT without SDKs".
class jwt_signer {
public:
    /// errc::denied with a text for the operator if the key cannot be read: not PEM, wrong passphrase, not RSA.
    static storage::result<jwt_signer> create(const conf::box_app& app);

    /// An assertion for `whom`, valid for 45 s from `now` (Box's clock). `jti` is 16 to 128 characters and never
    /// repeats. No `iat`: with a skewed clock it would only add failures.
    std::string assertion(std::chrono::system_clock::time_point now, std::string_view jti,
                          const token_subject& whom = token_subject()) const;

private:
    jwt_signer(std::shared_ptr<evp_pkey_st> key, const conf::box_app& app);

    std::shared_ptr<evp_pkey_st> key_;
    std::string header_;  // base64url
    std::string client_id_;
    std::string enterprise_id_;
};

/// The grant and the assertion as the form that POST /oauth2/token wants. Holds the client secret.
std::string token_request_form(const conf::box_app& app, std::string_view assertion);

/// The form of an app without a key. Box: "Client Credentials Grant". Holds the client secret.
std::string client_credentials_form(const conf::box_app& app, const token_subject& whom);

/// `characters` random letters and digits.
std::string random_token(std::size_t characters);

}  // namespace boxgate::box
