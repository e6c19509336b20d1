#pragma once

// What this server offers. Diffie-Hellman groups are left out: one unauthenticated handshake over them costs 100 to
// 220 ms of the worker's time. RSA only with SHA-2; no compression; no certificates. What host keys there are is the
// operator's choice.

namespace boxgate::ssh {

struct algorithm_lists {
    const char* key_exchanges;
    const char* macs;
};

/// Nothing that an audit would object to.
inline constexpr algorithm_lists modern_algorithms{
    "curve25519-sha256,curve25519-sha256@libssh.org",
    "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com",
};

/// The same first, and then the NIST curves for old Java clients, and MACs that are not encrypt-then-MAC for libssh2
/// before 1.11 (curl of Debian 12, PHP), which knows no others and no AES-GCM.
inline constexpr algorithm_lists compatible_algorithms{
    "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384",
    "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512",
};

inline constexpr const char* host_key_algorithms =
    "ssh-ed25519,ecdsa-sha2-nistp521,ecdsa-sha2-nistp384,ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256";
inline constexpr const char* ciphers =
    "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr";
inline constexpr const char* user_key_algorithms =
    "ssh-ed25519,ecdsa-sha2-nistp521,ecdsa-sha2-nistp384,ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256";
inline constexpr const char* software_version = "boxgate";
inline constexpr const char* no_compression = "none";

}  // namespace boxgate::ssh
