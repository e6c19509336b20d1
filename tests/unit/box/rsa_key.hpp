#pragma once

#include "conf/settings/settings.hpp"

#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace boxgate::testing {

/// An RSA key like those of Box apps, made once per program, in the forms an operator may have it in.
const std::shared_ptr<evp_pkey_st>& rsa_key();
std::string pkcs8(std::string_view passphrase);        ///< BEGIN ENCRYPTED PRIVATE KEY; without a passphrase: plain
std::string traditional(std::string_view passphrase);  ///< BEGIN RSA PRIVATE KEY with DEK-Info

/// An app whose key is pkcs8("open sesame").
conf::box_app test_app();

/// Checks an RS256 signature by rsa_key().
bool is_signed_by_test_key(std::string_view text, std::string_view signature);

/// Undoes base64url without padding.
std::string from_base64url(std::string_view text);

}  // namespace boxgate::testing
