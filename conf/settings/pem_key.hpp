#pragma once

#include "conf/settings/secret.hpp"

#include <optional>
#include <string>

namespace boxgate::conf {

/// What is wrong with the key that signs for a Box app.
struct private_key_fault {
    bool of_passphrase = false;  ///< the passphrase is missing or wrong, the key itself may be good
    std::string text;
};

/// Tries to open the key: PEM, RSA, decrypted with the passphrase where it is encrypted (PKCS#8 or the traditional
/// form). nullopt if it opens. Nothing is ever asked at a terminal.
std::optional<private_key_fault> fault_of_private_key(const secret& pem, const secret& passphrase);

}  // namespace boxgate::conf
