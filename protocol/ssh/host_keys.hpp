#pragma once

#include "protocol/ssh/handles.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace boxgate::ssh {

/// The keys by which clients know this server, at most one of each kind (ed25519, ecdsa, rsa).
class host_keys {
public:
    /// Reads the private keys at `files`. One that does not exist is made there, with mode 0600: rsa of 3072 bits or
    /// ecdsa if the file's name says so, else ed25519. A folder (it is one already, or its name ends with /) stands for
    /// ssh_host_ed25519_key and ssh_host_rsa_key in it. Throws std::runtime_error, naming the file, for a key that
    /// cannot be read, written or used.
    static host_keys load(const std::vector<std::filesystem::path>& files);

    /// Throws as load() would, and makes nothing: what does not exist is passed over.
    static void look_at(const std::vector<std::filesystem::path>& files);

    struct fingerprint {
        std::string type;    ///< "ssh-ed25519"
        std::string sha256;  ///< "SHA256:..." as ssh-keygen -l prints it
        std::filesystem::path file;
        bool made;  ///< by this call of load()
    };
    /// What to show to people, who compare it with what their client asks them to accept.
    const std::vector<fingerprint>& fingerprints() const { return fingerprints_; }

    /// Copies of all keys, for one ssh_bind.
    std::vector<key_handle> copies() const;

private:
    enum class missing_ones { made, passed_over };
    static host_keys read_all(const std::vector<std::filesystem::path>& files, missing_ones what);

    std::vector<key_handle> keys_;
    std::vector<fingerprint> fingerprints_;
};

}  // namespace boxgate::ssh
