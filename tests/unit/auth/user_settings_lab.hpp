#pragma once

#include "conf/settings/settings.hpp"

#include <string>

namespace boxgate::testing {

// Hashes of known passwords, made by others.
inline const std::string sha512_hash =  // "Hello world!", as `openssl passwd -6 -salt saltstring` makes it
    "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1";
inline const std::string bcrypt_hash =  // "U*U", from the test vectors of crypt_blowfish
    "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

/// The wire form of an ed25519 key whose 32 bytes are all `fill`.
std::string ed25519_blob(char fill);
/// The same as a line of authorized_keys.
std::string ed25519_line(char fill);

/// A user with everything allowed and the root "/"; an empty hash for none.
conf::user_settings& add_user(conf::user_table_settings& to, const std::string& login, const std::string& hash);

}  // namespace boxgate::testing
