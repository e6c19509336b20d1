#include "tests/unit/conf/made_keys.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <functional>
#include <memory>
#include <stdexcept>

namespace boxgate::testing {

namespace {

using key_ptr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

EVP_PKEY* rsa_key() {
    static const key_ptr key(EVP_RSA_gen(2048), EVP_PKEY_free);
    return key.get();
}

std::string written(const std::function<int(BIO*)>& write) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
    if (write(out.get()) != 1) throw std::runtime_error("OpenSSL could not write a key");
    char* text = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

const unsigned char* passphrase_bytes() {
    return reinterpret_cast<const unsigned char*>(made_passphrase.data());
}

}  // namespace

const std::string& rsa_key_pem() {
    static const auto pem = written(
        [](BIO* out) { return PEM_write_bio_PKCS8PrivateKey(out, rsa_key(), nullptr, nullptr, 0, nullptr, nullptr); });
    return pem;
}

const std::string& encrypted_rsa_key_pem() {
    static const auto pem = written([](BIO* out) {
        return PEM_write_bio_PKCS8PrivateKey(out, rsa_key(), EVP_aes_256_cbc(), made_passphrase.data(),
                                             static_cast<int>(made_passphrase.size()), nullptr, nullptr);
    });
    return pem;
}

const std::string& traditional_rsa_pem() {
    static const auto pem = written([](BIO* out) {
        return PEM_write_bio_PrivateKey_traditional(out, rsa_key(), EVP_des_ede3_cbc(), passphrase_bytes(),
                                                    static_cast<int>(made_passphrase.size()), nullptr, nullptr);
    });
    return pem;
}

const std::string& ec_key_pem() {
    static const auto pem = written([](BIO* out) {
        const key_ptr key(EVP_EC_gen("P-256"), EVP_PKEY_free);
        return PEM_write_bio_PKCS8PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
    return pem;
}

const std::string& certificate_pem() {
    static const auto pem = written([](BIO* out) {
        const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
        X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
        X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86400);
        X509_set_pubkey(certificate.get(), rsa_key());
        X509_sign(certificate.get(), rsa_key(), EVP_sha256());
        return PEM_write_bio_X509(out, certificate.get());
    });
    return pem;
}

std::string jwt_config_json(const std::string& key_pem, std::string_view passphrase) {
    boost::json::object auth{{"publicKeyID", "kid12345"},
                             {"privateKey", key_pem},
                             {"passphrase", boost::json::string(passphrase.data(), passphrase.size())}};
    boost::json::object app{{"clientID", "the-client"}, {"clientSecret", "the-client-secret"}, {"appAuth", auth}};
    return boost::json::serialize(boost::json::object{{"boxAppSettings", app}, {"enterpriseID", "4711"}});
}

}  // namespace boxgate::testing
