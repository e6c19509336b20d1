#include "tests/unit/box/rsa_key.hpp"

#include "tests/support/pem_text.hpp"

#include <boost/beast/core/detail/base64.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <stdexcept>

namespace boxgate::testing {

const std::shared_ptr<evp_pkey_st>& rsa_key() {
    static const std::shared_ptr<EVP_PKEY> key(EVP_RSA_gen(2048), EVP_PKEY_free);
    return key;
}

std::string pkcs8(std::string_view passphrase) {
    return as_pem([&](BIO* out) {
        return PEM_write_bio_PKCS8PrivateKey(out, rsa_key().get(), passphrase.empty() ? nullptr : EVP_aes_256_cbc(),
                                             passphrase.data(), static_cast<int>(passphrase.size()), nullptr, nullptr);
    });
}

std::string traditional(std::string_view passphrase) {
    return as_pem([&](BIO* out) {
        return PEM_write_bio_PrivateKey_traditional(out, rsa_key().get(), EVP_des_ede3_cbc(),
                                                    reinterpret_cast<const unsigned char*>(passphrase.data()),
                                                    static_cast<int>(passphrase.size()), nullptr, nullptr);
    });
}

conf::box_app test_app() {
    static const std::string pem = pkcs8("open sesame");
    conf::box_app app;
    app.client_id = "the-client";
    app.client_secret = conf::secret("s3cret & more");
    app.enterprise_id = "987654";
    app.public_key_id = "abcd1234";
    app.private_key = conf::secret(pem);
    app.private_key_passphrase = conf::secret("open sesame");
    return app;
}

bool is_signed_by_test_key(std::string_view text, std::string_view signature) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    const auto bytes = [](std::string_view of) { return reinterpret_cast<const unsigned char*>(of.data()); };
    return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, rsa_key().get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text), text.size()) == 1;
}

std::string from_base64url(std::string_view text) {
    namespace base64 = boost::beast::detail::base64;
    std::string standard(text);
    for (auto& c : standard) {
        if (c == '-') c = '+';
        if (c == '_') c = '/';
    }
    std::string bytes(base64::decoded_size(standard.size() + 4), '\0');
    bytes.resize(base64::decode(bytes.data(), standard.data(), standard.size()).first);
    return bytes;
}

}  // namespace boxgate::testing
