#include "tests/unit/auth/user_settings_lab.hpp"

#include <openssl/evp.h>

namespace boxgate::testing {

std::string ed25519_blob(char fill) {
    const std::string type = "ssh-ed25519";
    return std::string("\0\0\0\x0b", 4) + type + std::string("\0\0\0\x20", 4) + std::string(32, fill);
}

std::string ed25519_line(char fill) {
    const auto blob = ed25519_blob(fill);
    std::string text((blob.size() + 2) / 3 * 4 + 1, '\0');
    const auto length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(blob.data()), static_cast<int>(blob.size()));
    text.resize(static_cast<std::size_t>(length));
    return "ssh-ed25519 " + text + " somebody";
}

conf::user_settings& add_user(conf::user_table_settings& to, const std::string& login, const std::string& hash) {
    auto& user = to.users[login];
    user.login = login;
    user.password = conf::secret(hash);
    user.permissions = {"list", "download", "upload", "overwrite", "delete", "rename", "mkdir"};
    return user;
}

}  // namespace boxgate::testing
