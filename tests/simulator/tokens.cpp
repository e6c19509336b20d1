#include "tests/simulator/tokens.hpp"

#include "tests/simulator/digest.hpp"

#include <boost/json.hpp>
#include <openssl/evp.h>

namespace box_simulator {

namespace json = boost::json;

namespace {

token_answer refuse(const char* error, std::string description) {
    return {400, json::serialize(json::object{{"error", error}, {"error_description", std::move(description)}})};
}

std::string value(const std::map<std::string, std::string>& form, const char* name) {
    const auto at = form.find(name);
    return at == form.end() ? std::string() : at->second;
}

bool signature_fits(const std::string& algorithm, EVP_PKEY* key, std::string_view text, const std::string& signature) {
    const EVP_MD* digest = algorithm == "RS256"   ? EVP_sha256()
                           : algorithm == "RS384" ? EVP_sha384()
                           : algorithm == "RS512" ? EVP_sha512()
                                                  : nullptr;
    if (!digest) return false;
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    return EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                            reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

std::optional<json::object> decoded(std::string_view part) {
    const auto text = from_base64(part, true);
    if (!text) return std::nullopt;
    boost::system::error_code error;
    auto parsed = json::parse(*text, error);
    if (error || !parsed.is_object()) return std::nullopt;
    return parsed.as_object();
}

std::string text(const json::object& from, const char* name) {
    const auto* field = from.if_contains(name);
    return field && field->is_string() ? std::string(field->as_string()) : std::string();
}

}  // namespace

token_answer token_store::grant(const std::map<std::string, std::string>& form,
                                std::chrono::system_clock::time_point now) {
    const auto grant_type = value(form, "grant_type");
    const auto* const client = enterprise_.find_app(value(form, "client_id"));
    if (grant_type.empty()) return refuse("invalid_request", "Invalid grant_type parameter or parameter missing");
    if (!client || client->client_secret != value(form, "client_secret")) {
        return refuse("invalid_client", "The client credentials are invalid");
    }
    if (grant_type == "client_credentials") {
        const auto type = value(form, "box_subject_type"), id = value(form, "box_subject_id");
        if (!client->authorised) return refuse("unauthorized_client", "This app is not authorized by the enterprise");
        if (type == "enterprise" && id == enterprise_.id) return issue(*client, client->service_account_id, now);
        if (type == "user" && client->user_tokens && enterprise_.find_user(id)) return issue(*client, id, now);
        return refuse("invalid_grant", "Grant credentials are invalid");
    }
    if (grant_type != "urn:ietf:params:oauth:grant-type:jwt-bearer") {
        return refuse("unsupported_grant_type", "Unsupported grant type");
    }

    const auto assertion = value(form, "assertion");
    const auto first = assertion.find('.');
    const auto second = first == std::string::npos ? first : assertion.find('.', first + 1);
    if (second == std::string::npos) return refuse("invalid_grant", "The assertion is malformed.");
    const auto header = decoded(std::string_view(assertion).substr(0, first));
    const auto claims = decoded(std::string_view(assertion).substr(first + 1, second - first - 1));
    const auto signature = from_base64(std::string_view(assertion).substr(second + 1), true);
    if (!header || !claims || !signature) return refuse("invalid_grant", "The assertion is malformed.");

    // Without a key id (as line 10 of Box's own SDK signs) the only key is meant.
    const auto key = !header->contains("kid") && client->keys.size() == 1 ? client->keys.begin()
                                                                          : client->keys.find(text(*header, "kid"));
    if (key == client->keys.end()) return refuse("invalid_grant", "OAuth JWT header attribute 'kid' is invalid.");
    if (!signature_fits(text(*header, "alg"), key->second.get(), std::string_view(assertion).substr(0, second),
                        *signature)) {
        return refuse("invalid_grant", "OAuth JWT signature is invalid.");
    }
    if (text(*claims, "iss") != client->client_id) return refuse("invalid_grant", "Please check the 'iss' claim.");
    const auto* audience = claims->if_contains("aud");
    if (!audience || !audience->is_string()) {
        return refuse("invalid_grant", "Please check the 'aud' claim. Should be a string");
    }
    if (audience->as_string() != "https://api.box.com/oauth2/token") {
        return refuse("invalid_grant", "Please check the 'aud' claim.");
    }
    const auto* expires = claims->if_contains("exp");
    if (!expires || !expires->is_int64()) {
        return refuse("invalid_grant", "Please check the 'exp' claim. Should be an integer");
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    if (expires->as_int64() <= seconds) {
        return refuse("invalid_grant",
                      "Current date/time MUST be before the expiration date/time listed in the 'exp' claim");
    }
    if (expires->as_int64() > seconds + 60) {
        return refuse(
            "invalid_grant",
            "Please check the 'exp' claim. The 'exp' value exceeds the maximum value of 60 seconds beyond the "
            "issue time.");
    }
    const auto jti = text(*claims, "jti");
    if (jti.size() < 16 || jti.size() > 128) return refuse("invalid_grant", "Please check the 'jti' claim.");
    {
        const std::lock_guard lock(mutex_);
        if (!seen_jti_.insert(jti).second) {
            return refuse("invalid_grant", "Please check the 'jti' claim. A unique 'jti' value is required.");
        }
    }
    if (!client->authorised) return refuse("unauthorized_client", "This app is not authorized by the enterprise");
    const auto subject = text(*claims, "sub"), type = text(*claims, "box_sub_type");
    if (type == "enterprise" && subject == enterprise_.id) return issue(*client, client->service_account_id, now);
    if (type == "user" && enterprise_.find_user(subject)) {
        if (client->user_tokens) return issue(*client, subject, now);
        return refuse("invalid_request", "Cannot obtain user token based on the enterprise configuration for your app");
    }
    return refuse("invalid_grant", "Please check the 'sub' claim. The 'sub' specified is invalid.");
}

token_answer token_store::issue(const app& to, const std::string& user_id, std::chrono::system_clock::time_point now) {
    const auto token = random_hex(32);
    const std::chrono::seconds valid_for(lifetime.load());
    const std::lock_guard lock(mutex_);
    tokens_[token] = {{user_id, &to}, now + valid_for};
    ++issued_;
    return {200, json::serialize(json::object{{"access_token", token},
                                              {"expires_in", valid_for.count()},
                                              {"restricted_to", json::array()},
                                              {"token_type", "bearer"}})};
}

void token_store::revoke(const std::string& token) {
    const std::lock_guard lock(mutex_);
    tokens_.erase(token);
}

void token_store::expire_all() {
    const std::lock_guard lock(mutex_);
    tokens_.clear();
}

std::optional<token_store::holder> token_store::find(const std::string& token,
                                                     std::chrono::system_clock::time_point now) {
    const std::lock_guard lock(mutex_);
    const auto at = tokens_.find(token);
    if (at == tokens_.end() || at->second.expires <= now) return std::nullopt;
    return at->second.who;
}

}  // namespace box_simulator
