#pragma once

#include <boost/system/result.hpp>

#include <string>
#include <string_view>

namespace boxgate::auth {

/// One line of an authorized_keys file, as far as boxgate takes them.
struct authorized_key {
    authorized_key(std::string key_type, std::string wire_form)
        : type(std::move(key_type)), blob(std::move(wire_form)) {}

    std::string type;  ///< "ssh-ed25519", "ecdsa-sha2-nistp256", ..., "ssh-rsa"
    std::string blob;  ///< the wire form (RFC 4253 section 6.6)
};

/// Reads a line: type, base64, comment. ed25519, ecdsa and rsa of at least 2048 bits. The error is a text that says
/// what is wrong: options in front and certificates are refused, not ignored.
boost::system::result<authorized_key, std::string> parse_authorized_key(std::string_view line);

}  // namespace boxgate::auth
