#pragma once

#include "conf/settings/fault.hpp"

#include <string>
#include <string_view>

namespace boxgate::conf {

/// One line of an authorized_keys file (sshd(8)), as far as boxgate takes them.
struct authorized_key {
    std::string type;     ///< "ssh-ed25519", "ecdsa-sha2-nistp256", ..., "ssh-rsa"
    std::string blob;     ///< the wire form (RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section 4)
    std::string comment;  ///< the rest of the line
};

/// Reads a line: type, base64, comment. Takes ed25519, ecdsa with nistp256, 384 or 521, and rsa of 2048 to 16384 bits,
/// each in full. Options in front, certificates and security keys are refused, not ignored.
parsed<authorized_key> parse_authorized_key(std::string_view line);

}  // namespace boxgate::conf
