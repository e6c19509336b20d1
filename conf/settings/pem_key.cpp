#include "conf/settings/pem_key.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstring>
#include <memory>
#include <string_view>

namespace boxgate::conf {

namespace {

using bio_ptr = std::unique_ptr<BIO, decltype(&BIO_free)>;

bio_ptr open_text(std::string_view text) {
    return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

int give_passphrase(char* into, int size, int, void* from) {
    const auto passphrase = static_cast<const secret*>(from)->reveal();
    if (passphrase.size() > static_cast<std::size_t>(size)) return -1;
    std::memcpy(into, passphrase.data(), passphrase.size());
    return static_cast<int>(passphrase.size());
}

struct pem_block {
    std::string name;
    bool encrypted = false;
    bool sound = false;  // as far as can be told without a passphrase
};

// The first block of the text, undecrypted.
std::optional<pem_block> first_block(std::string_view text) {
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    const auto source = open_text(text);
    if (PEM_read_bio(source.get(), &name, &header, &data, &size) != 1) return std::nullopt;
    pem_block block{name, false, true};
    if (block.name == PEM_STRING_PKCS8) {
        block.encrypted = true;
        const unsigned char* at = data;
        const std::unique_ptr<X509_SIG, decltype(&X509_SIG_free)> sealed(d2i_X509_SIG(nullptr, &at, size),
                                                                         X509_SIG_free);
        block.sound = sealed != nullptr;
    } else if (std::string_view(header).find("ENCRYPTED") != std::string_view::npos) {
        block.encrypted = true;
    }
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, static_cast<std::size_t>(size));
    return block;
}

struct quiet_errors {
    quiet_errors() = default;
    ~quiet_errors() { ERR_clear_error(); }
    quiet_errors(const quiet_errors&) = delete;
    quiet_errors& operator=(const quiet_errors&) = delete;
};

}  // namespace

std::optional<private_key_fault> fault_of_private_key(const secret& pem, const secret& passphrase) {
    const quiet_errors quiet;
    const auto text = pem.reveal();
    const auto fault = [](std::string why) { return private_key_fault{false, std::move(why)}; };
    if (text.find("-----BEGIN ") == std::string_view::npos) {
        return fault(
            "the private key is not PEM: it must begin with -----BEGIN ENCRYPTED PRIVATE KEY----- or the like");
    }
    if (text.find("\\n") != std::string_view::npos) {
        return fault(
            "the private key has \\n where lines end; in YAML put it between double quotes, or as a block behind |");
    }
    const auto block = first_block(text);
    if (!block || !block->sound)
        return fault("the private key is damaged: its PEM cannot be decoded; copy all of it again");
    if (block->name.find("PRIVATE KEY") == std::string::npos) {
        return fault("a PEM of a " + block->name.substr(0, 40) + " is no private key");
    }
    if (block->name.find("OPENSSH") != std::string::npos) {
        return fault(
            "the private key has OpenSSH's own format; Box needs PKCS#8 PEM (ssh-keygen -p -m PKCS8 converts)");
    }
    if (block->encrypted && passphrase.empty()) {
        return private_key_fault{true, "the private key is encrypted and its passphrase is missing"};
    }
    auto given = passphrase;
    const auto source = open_text(text);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        PEM_read_bio_PrivateKey(source.get(), nullptr, give_passphrase, &given), EVP_PKEY_free);
    if (!key && block->encrypted) return private_key_fault{true, "the passphrase does not open the private key"};
    if (!key) return fault("the private key is damaged: OpenSSL cannot read it; copy all of it again");
    if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
        return fault(std::string("the private key is of type ") + EVP_PKEY_get0_type_name(key.get()) +
                     "; Box apps sign with RSA keys");
    }
    return std::nullopt;
}

}  // namespace boxgate::conf
