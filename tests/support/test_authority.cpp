#include "tests/support/test_authority.hpp"

#include "tests/support/pem_text.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace boxgate::testing {

namespace {

void expect(bool good) {
    if (!good) throw std::runtime_error("OpenSSL could not make a test certificate");
}

std::shared_ptr<EVP_PKEY> new_key() {
    std::shared_ptr<EVP_PKEY> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    expect(key != nullptr);
    return key;
}

void add_extension(X509* to, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()), X509_EXTENSION_free);
    expect(extension && X509_add_ext(to, extension.get(), -1) == 1);
}

std::shared_ptr<X509> new_certificate(const std::string& common_name, EVP_PKEY* key, long serial) {
    std::shared_ptr<X509> made(X509_new(), X509_free);
    expect(made && X509_set_version(made.get(), 2) == 1 && X509_set_pubkey(made.get(), key) == 1);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 24 * 3600);
    const auto* const text = reinterpret_cast<const unsigned char*>(common_name.c_str());
    expect(X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1);
    return made;
}

}  // namespace

test_authority::test_authority(const std::string& common_name)
    : key_(new_key()), certificate_(new_certificate(common_name, key_.get(), 1)) {
    expect(X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get())) == 1);
    add_extension(certificate_.get(), certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
    expect(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) > 0);
}

std::string test_authority::certificate() const {
    return as_pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate_.get()); });
}

test_authority::issued test_authority::issue(const std::vector<std::string>& names) const {
    const auto key = new_key();
    const auto made = new_certificate(names.at(0), key.get(), 2);
    expect(X509_set_issuer_name(made.get(), X509_get_subject_name(certificate_.get())) == 1);
    std::string alternatives;
    for (const auto& name : names) {
        const bool address = name.find_first_not_of("0123456789.") == std::string::npos || name.find(':') != name.npos;
        alternatives += (alternatives.empty() ? "" : ",") + std::string(address ? "IP:" : "DNS:") + name;
    }
    add_extension(made.get(), certificate_.get(), NID_subject_alt_name, alternatives);
    expect(X509_sign(made.get(), key_.get(), EVP_sha256()) > 0);
    issued both;
    both.certificate = as_pem([&](BIO* out) { return PEM_write_bio_X509(out, made.get()); });
    both.private_key = as_pem(
        [&](BIO* out) { return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
    return both;
}

}  // namespace boxgate::testing
