#pragma once

#include <string>
#include <string_view>

// Keys made for the tests, once per run.

namespace boxgate::testing {

inline constexpr std::string_view made_passphrase = "correct horse";

const std::string& rsa_key_pem();            ///< PKCS#8, not encrypted, 2048 bits
const std::string& encrypted_rsa_key_pem();  ///< PKCS#8, encrypted with made_passphrase, as Box makes them
const std::string& traditional_rsa_pem();    ///< "RSA PRIVATE KEY" with Proc-Type and DEK-Info, made_passphrase
const std::string& ec_key_pem();             ///< PKCS#8, P-256
const std::string& certificate_pem();        ///< self-signed, of rsa_key_pem()

/// The JSON of Box's developer console around a key.
std::string jwt_config_json(const std::string& key_pem, std::string_view passphrase);

}  // namespace boxgate::testing
