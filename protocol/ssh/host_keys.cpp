#include "protocol/ssh/host_keys.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <set>
#include <stdexcept>
#include <string_view>
#include <unistd.h>

namespace boxgate::ssh {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& file, std::string_view why) {
    throw std::runtime_error("SSH host key '" + file.string() + "': " + std::string(why));
}

std::string family(ssh_keytypes_e type) {
    switch (type) {
        case SSH_KEYTYPE_ED25519:
            return "ed25519";
        case SSH_KEYTYPE_RSA:
            return "rsa";
        case SSH_KEYTYPE_ECDSA_P256:
        case SSH_KEYTYPE_ECDSA_P384:
        case SSH_KEYTYPE_ECDSA_P521:
            return "ecdsa";
        default:
            return {};
    }
}

key_handle generate(const fs::path& file) {
    const auto name = file.filename().string();
    ssh_key made = nullptr;
    int outcome = SSH_ERROR;
    if (name.find("rsa") != std::string::npos) {
        outcome = ssh_pki_generate(SSH_KEYTYPE_RSA, 3072, &made);
    } else if (name.find("ecdsa") != std::string::npos) {
        outcome = ssh_pki_generate(SSH_KEYTYPE_ECDSA_P256, 256, &made);
    } else {
        outcome = ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &made);
    }
    if (outcome != SSH_OK) refuse(file, "a key could not be generated");
    return key_handle(made);
}

// Written beside its place and then linked there, so that two servers starting at once agree on one key, and a full
// disk leaves none.
void store(const key_handle& key, const fs::path& file) {
    char* text = nullptr;
    if (ssh_pki_export_privkey_base64(key.get(), nullptr, nullptr, nullptr, &text) != SSH_OK) {
        refuse(file, "the new key could not be encoded");
    }
    const text_handle owned(text);
    const std::string_view bytes(text);
    if (file.has_parent_path()) {
        std::error_code error;
        fs::create_directories(file.parent_path(), error);
        if (error) refuse(file, "its folder cannot be made: " + error.message());
    }
    const fs::path draft = file.string() + "." + std::to_string(::getpid()) + ".new";
    const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) refuse(file, std::string("it does not exist and cannot be made: ") + std::strerror(errno));
    const auto written = ::write(fd, bytes.data(), bytes.size());
    const bool whole = written == static_cast<ssize_t>(bytes.size()) && ::fsync(fd) == 0;
    ::close(fd);
    bool linked = whole && ::link(draft.c_str(), file.c_str()) == 0;
    int why = errno;
    if (whole && !linked && why != EEXIST) {  // not every file system has hard links
        linked = ::rename(draft.c_str(), file.c_str()) == 0;
        why = errno;
    }
    ::unlink(draft.c_str());
    if (!linked && (!whole || why != EEXIST)) refuse(file, std::string("it cannot be written: ") + std::strerror(why));
}

key_handle read(const fs::path& file) {
    ssh_key key = nullptr;
    const int outcome = ssh_pki_import_privkey_file(file.c_str(), nullptr, nullptr, nullptr, &key);
    if (outcome == SSH_EOF) refuse(file, "the file cannot be opened");
    if (outcome != SSH_OK) refuse(file, "not a private key, or one with a passphrase, which a server cannot type");
    return key_handle(key);
}

std::vector<fs::path> without_folders(const std::vector<fs::path>& places) {
    std::vector<fs::path> files;
    for (const auto& place : places) {
        std::error_code error;
        if (place.has_filename() && !fs::is_directory(place, error)) {
            files.push_back(place);
            continue;
        }
        for (const auto* name : {"ssh_host_ed25519_key", "ssh_host_rsa_key"}) files.push_back(place / name);
    }
    return files;
}

std::string sha256_of(const key_handle& key) {
    unsigned char* hash = nullptr;
    std::size_t size = 0;
    if (ssh_get_publickey_hash(key.get(), SSH_PUBLICKEY_HASH_SHA256, &hash, &size) != 0) return {};
    const text_handle text(ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size));
    ssh_clean_pubkey_hash(&hash);
    return text ? std::string(text.get()) : std::string();
}

}  // namespace

host_keys host_keys::load(const std::vector<fs::path>& files) {
    return read_all(files, missing_ones::made);
}

void host_keys::look_at(const std::vector<fs::path>& files) {
    (void)read_all(files, missing_ones::passed_over);
}

host_keys host_keys::read_all(const std::vector<fs::path>& files, missing_ones what) {
    if (files.empty()) throw std::runtime_error("SFTP needs at least one SSH host key: name a file in sftp.host_keys");
    host_keys loaded;
    std::set<std::string> families;
    for (const auto& file : without_folders(files)) {
        std::error_code error;
        const bool missing = !fs::exists(file, error) && !error;
        if (missing && what == missing_ones::passed_over) continue;
        if (missing) store(generate(file), file);
        auto key = read(file);
        const auto kind = family(ssh_key_type(key.get()));
        if (kind.empty()) refuse(file, "only ed25519, ecdsa and rsa keys are supported");
        if (!families.insert(kind).second) refuse(file, "there is another " + kind + " key; one of each kind is used");
        loaded.fingerprints_.push_back({ssh_key_type_to_char(ssh_key_type(key.get())), sha256_of(key), file, missing});
        loaded.keys_.push_back(std::move(key));
    }
    return loaded;
}

std::vector<key_handle> host_keys::copies() const {
    std::vector<key_handle> all;
    for (const auto& key : keys_) {
        key_handle copy(ssh_key_dup(key.get()));
        if (!copy) throw std::runtime_error("an SSH host key could not be copied");
        all.push_back(std::move(copy));
    }
    return all;
}

}  // namespace boxgate::ssh
