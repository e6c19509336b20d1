#include "box/jwt_assertion.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/throw_exception.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <cstring>
#include <stdexcept>

namespace boxgate::box {

using storage::errc;
using storage::failure;

namespace {

std::string base64url(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int n = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                  reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(n));
    while (text.ends_with('=')) text.pop_back();
    for (auto& c : text) {
        if (c == '+') c = '-';
        if (c == '/') c = '_';
    }
    return text;
}

int give_passphrase(char* into, int size, int, void* secret) {
    const auto passphrase = static_cast<const conf::secret*>(secret)->reveal();
    if (passphrase.size() > static_cast<std::size_t>(size)) return -1;
    std::memcpy(into, passphrase.data(), passphrase.size());
    return static_cast<int>(passphrase.size());
}

// Why a key could not be read: OpenSSL's own words would not help an operator.
std::string fault_of(const conf::box_app& app) {
    const auto pem = app.private_key.reveal();
    if (pem.find("-----BEGIN ") == std::string_view::npos || pem.find("PRIVATE KEY-----") == std::string_view::npos) {
        return "it is not in PEM form (-----BEGIN ENCRYPTED PRIVATE KEY----- ...)";
    }
    if (pem.find("ENCRYPTED") == std::string_view::npos) return "it is damaged or was cut when it was copied";
    return app.private_key_passphrase.empty() ? "it is encrypted and private_key_passphrase is missing"
                                              : "private_key_passphrase is wrong, or the key is damaged";
}

std::string form_encoded(std::string_view text) {
    return boost::urls::encode({text.data(), text.size()}, boost::urls::unreserved_chars);
}

}  // namespace

jwt_signer::jwt_signer(std::shared_ptr<evp_pkey_st> key, const conf::box_app& app)
    : key_(std::move(key)),
      header_(base64url(
          boost::json::serialize(boost::json::object{{"alg", "RS256"}, {"typ", "JWT"}, {"kid", app.public_key_id}}))),
      client_id_(app.client_id),
      enterprise_id_(app.enterprise_id) {}

storage::result<jwt_signer> jwt_signer::create(const conf::box_app& app) {
    const auto pem = app.private_key.reveal();
    const std::unique_ptr<BIO, decltype(&BIO_free)> source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                           BIO_free);
    auto passphrase = app.private_key_passphrase;
    std::shared_ptr<EVP_PKEY> key(PEM_read_bio_PrivateKey(source.get(), nullptr, give_passphrase, &passphrase),
                                  EVP_PKEY_free);
    ERR_clear_error();
    if (!key) return failure(errc::denied, "the private key of the Box app cannot be read: " + fault_of(app));
    if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
        return failure(errc::denied, "the private key of the Box app is not an RSA key");
    }
    return jwt_signer(std::move(key), app);
}

std::string jwt_signer::assertion(std::chrono::system_clock::time_point now, std::string_view jti,
                                  const token_subject& whom) const {
    const bool user = !whom.user_id.empty();
    const auto expires = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count() + 45;
    const boost::json::object claims{{"iss", client_id_},
                                     {"sub", user ? whom.user_id : enterprise_id_},
                                     {"box_sub_type", user ? "user" : "enterprise"},
                                     {"aud", "https://api.box.com/oauth2/token"},
                                     {"jti", boost::json::string_view(jti.data(), jti.size())},
                                     {"exp", expires}};
    const auto signed_part = header_ + "." + base64url(boost::json::serialize(claims));

    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::size_t length = 0;
    const auto* const input = reinterpret_cast<const unsigned char*>(signed_part.data());
    std::string signature;
    const bool good =
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
        EVP_DigestSign(context.get(), nullptr, &length, input, signed_part.size()) == 1 &&
        (signature.resize(length), EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()),
                                                  &length, input, signed_part.size()) == 1);
    if (!good) boost::throw_exception(std::runtime_error("OpenSSL could not sign a JWT assertion"));
    signature.resize(length);
    return signed_part + "." + base64url(signature);
}

std::string token_request_form(const conf::box_app& app, std::string_view assertion) {
    return "grant_type=" + form_encoded("urn:ietf:params:oauth:grant-type:jwt-bearer") +
           "&client_id=" + form_encoded(app.client_id) + "&client_secret=" + form_encoded(app.client_secret.reveal()) +
           "&assertion=" + std::string(assertion);
}

std::string client_credentials_form(const conf::box_app& app, const token_subject& whom) {
    const bool user = !whom.user_id.empty();
    return "grant_type=client_credentials&client_id=" + form_encoded(app.client_id) +
           "&client_secret=" + form_encoded(app.client_secret.reveal()) +
           "&box_subject_type=" + (user ? "user" : "enterprise") +
           "&box_subject_id=" + form_encoded(user ? whom.user_id : app.enterprise_id);
}

std::string random_token(std::size_t characters) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::string token(characters, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(token.data()), static_cast<int>(characters)) != 1) {
        boost::throw_exception(std::runtime_error("OpenSSL has no random numbers"));
    }
    for (auto& c : token) c = alphabet[static_cast<unsigned char>(c) % 62];
    return token;
}

}  // namespace boxgate::box
