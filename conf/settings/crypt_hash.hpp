#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace boxgate::conf {

/// What is wrong with a password hash; nullopt if it is a whole crypt(3) hash of yescrypt ($y$), bcrypt ($2b$, $2a$,
/// $2y$) or sha512crypt ($6$) at a cost that a login can bear. The text does not show the hash: it may be a password.
std::optional<std::string> fault_of_password_hash(const std::string& hash);

}  // namespace boxgate::conf
