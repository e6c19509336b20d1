#include "tests/simulator/tls_identity.hpp"

#include <boost/asio/ssl/context.hpp>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <stdexcept>

namespace box_simulator {

namespace {

using key_owner = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using certificate = std::unique_ptr<X509, decltype(&X509_free)>;

void extend(X509* subject, X509* issuer, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, subject, nullptr, nullptr, 0);
    X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
    if (!made) throw std::runtime_error("OpenSSL cannot make a certificate");
    X509_add_ext(subject, made, -1);
    X509_EXTENSION_free(made);
}

certificate make(const char* name, EVP_PKEY* own, X509* issuer, EVP_PKEY* issuer_key, const char* names) {
    certificate made(X509_new(), X509_free);
    X509_set_version(made.get(), 2);
    std::int64_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&serial), 7);
    ASN1_INTEGER_set_int64(X509_get_serialNumber(made.get()), serial < 0 ? -serial : serial);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -24 * 3600);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 30L * 24 * 3600);
    X509_set_pubkey(made.get(), own);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509* const signer = issuer ? issuer : made.get();
    X509_set_issuer_name(made.get(), X509_get_subject_name(signer));
    extend(made.get(), signer, NID_basic_constraints, issuer ? "critical,CA:FALSE" : "critical,CA:TRUE");
    extend(made.get(), signer, NID_subject_key_identifier, "hash");
    if (issuer) extend(made.get(), signer, NID_authority_key_identifier, "keyid");
    if (!issuer) extend(made.get(), signer, NID_key_usage, "critical,keyCertSign,cRLSign");
    if (names) extend(made.get(), signer, NID_subject_alt_name, names);
    X509_sign(made.get(), issuer_key, EVP_sha256());
    return made;
}

}  // namespace

std::shared_ptr<boost::asio::ssl::context> make_tls_identity(const std::filesystem::path& ca_file) {
    const key_owner ca_key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const auto ca = make("Box simulator authority", ca_key.get(), nullptr, ca_key.get(), nullptr);
    const key_owner server_key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const auto server =
        make("api.box.com", server_key.get(), ca.get(), ca_key.get(),
             "DNS:*.box.com,DNS:*.boxcloud.com,DNS:*.realtime.services.box.net,DNS:localhost,IP:127.0.0.1,IP:::1");
    FILE* out = std::fopen(ca_file.c_str(), "w");
    if (!out) throw std::runtime_error("cannot write " + ca_file.string());
    PEM_write_X509(out, ca.get());
    std::fclose(out);

    namespace ssl = boost::asio::ssl;
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    SSL_CTX_use_certificate(context->native_handle(), server.get());
    SSL_CTX_use_PrivateKey(context->native_handle(), server_key.get());
    return context;
}

}  // namespace box_simulator
