#include "conf/settings/text_file.hpp"
#include "conf/settings/validate.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <unistd.h>

namespace boxgate::conf {

namespace {

using certificate_ptr = std::unique_ptr<X509, decltype(&X509_free)>;
using key_ptr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using bio_ptr = std::unique_ptr<BIO, decltype(&BIO_free)>;

bio_ptr open_text(const std::string& text) {
    return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

// Instead of OpenSSL's own, which would ask at the terminal.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

std::string why_not(const std::filesystem::path& path, int mode) {
    return ::access(path.c_str(), mode) == 0 ? std::string() : std::strerror(errno);
}

class machine_rules {
public:
    machine_rules(const gateway_settings& settings, const std::filesystem::path& file, const key_positions& positions)
        : settings_(settings), file_(file.string()), positions_(positions) {}

    std::vector<fault> all() && {
        ca_file();
        tls_pair();
        host_keys();
        spool();
        ERR_clear_error();
        return std::move(faults_);
    }

private:
    void report(const std::string& key, const std::string& text) {
        faults_.push_back({file_, positions_.of(key), key + ": " + text});
    }

    std::string content(const std::string& key, const std::filesystem::path& path) {
        auto text = read_text_file(path);
        if (text.has_error()) report(key, text.error().text);
        return text.has_error() ? std::string() : *std::move(text);
    }

    certificate_ptr first_certificate(const std::string& key, const std::filesystem::path& path) {
        certificate_ptr certificate(nullptr, X509_free);
        const auto text = content(key, path);
        if (text.empty()) {
            if (!why_not(path, R_OK).empty()) return certificate;  // reported
        }
        const auto source = open_text(text);
        certificate.reset(PEM_read_bio_X509(source.get(), nullptr, no_passphrase, nullptr));
        if (!certificate) report(key, path.string() + " holds no PEM certificate (-----BEGIN CERTIFICATE-----)");
        return certificate;
    }

    void ca_file() {
        if (!settings_.box.ca_file.empty()) first_certificate("box.ca_file", settings_.box.ca_file);
    }

    void tls_pair() {
        const auto& tls = settings_.ftp.tls;
        if (tls.certificate.empty() || tls.private_key.empty()) return;
        const auto certificate = first_certificate("ftp.tls.certificate", tls.certificate);
        const auto key = private_key(tls.private_key);
        if (certificate && key && X509_check_private_key(certificate.get(), key.get()) != 1) {
            report("ftp.tls.private_key", tls.private_key.string() + " is not the key of the certificate " +
                                              tls.certificate.string() + " (its first one has to be the server's own)");
        }
    }

    key_ptr private_key(const std::filesystem::path& path) {
        key_ptr key(nullptr, EVP_PKEY_free);
        const auto before = faults_.size();
        const secret text{content("ftp.tls.private_key", path)};
        if (faults_.size() != before) return key;
        const auto pem = std::string(text.reveal());
        const auto source = open_text(pem);
        key.reset(PEM_read_bio_PrivateKey(source.get(), nullptr, no_passphrase, nullptr));
        if (!key) {
            const bool encrypted = text.reveal().find("ENCRYPTED") != std::string_view::npos;
            report("ftp.tls.private_key",
                   path.string() + (encrypted ? " is encrypted; give one without a passphrase (openssl pkey removes it)"
                                              : " holds no PEM private key"));
        }
        return key;
    }

    // A missing one is made at the first start, so its place must allow that.
    void host_keys() {
        for (const auto& path : settings_.sftp.host_keys) {
            std::error_code error;
            if (std::filesystem::is_directory(path, error)) {
                const bool whole = std::filesystem::exists(path / "ssh_host_ed25519_key", error) &&
                                   std::filesystem::exists(path / "ssh_host_rsa_key", error);
                if (const auto why = why_not(path, R_OK | X_OK | (whole ? 0 : W_OK)); !why.empty()) {
                    report("sftp.host_keys", "the folder " + path.string() + " cannot be used: " + why);
                }
                continue;
            }
            if (std::filesystem::exists(path, error)) {
                content("sftp.host_keys", path);
                continue;
            }
            auto folder = path.has_filename() ? path.parent_path() : path.parent_path().parent_path();
            if (folder.empty()) folder = ".";
            if (const auto why = why_not(folder, W_OK | X_OK); !why.empty()) {
                report("sftp.host_keys", path.string() + " does not exist and cannot be made: " + why);
            }
        }
    }

    void spool() {
        if (settings_.spool.mode == spool_mode::memory) return;
        const auto& folder = settings_.spool.directory;
        std::error_code error;
        if (!std::filesystem::is_directory(folder, error)) {
            report("spool.directory", folder.string() + " is not a directory; make it, or name another");
        } else if (const auto why = why_not(folder, W_OK | X_OK); !why.empty()) {
            report("spool.directory", folder.string() + " cannot be written: " + why);
        }
    }

    const gateway_settings& settings_;
    std::string file_;
    const key_positions& positions_;
    std::vector<fault> faults_;
};

}  // namespace

std::vector<fault> validate_files(const gateway_settings& settings, const std::filesystem::path& file,
                                  const key_positions& positions) {
    return machine_rules(settings, file, positions).all();
}

}  // namespace boxgate::conf
