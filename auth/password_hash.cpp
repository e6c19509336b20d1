#include "auth/password_hash.hpp"

#include <openssl/crypto.h>

#include <charconv>
#include <crypt.h>
#include <memory>
#include <stdexcept>

namespace boxgate::auth {

namespace {

// crypt's working memory holds the password: wiped when it goes.
struct crypt_space {
    crypt_space() : data(std::make_unique<crypt_data>()) {}
    ~crypt_space() { OPENSSL_cleanse(data.get(), sizeof(crypt_data)); }
    std::unique_ptr<crypt_data> data;
};

std::string crypted(const conf::secret& password, const std::string& setting) {
    const crypt_space space;
    const conf::secret text{std::string(password.reveal())};  // with a NUL behind it
    const char* const hash = crypt_rn(text.reveal().data(), setting.c_str(), space.data.get(), sizeof(crypt_data));
    return hash ? std::string(hash) : std::string();
}

}  // namespace

bool crypt_hasher::matches(const conf::secret& password, const std::string& hash) const {
    const bool too_long =
        password.reveal().size() > max_length || password.reveal().find('\0') != std::string_view::npos;
    static const conf::secret nothing{std::string("-")};
    const auto computed = crypted(too_long ? nothing : password, hash);
    const bool same = computed.size() == hash.size() && !computed.empty() && !computed.starts_with('*') &&
                      CRYPTO_memcmp(computed.data(), hash.data(), hash.size()) == 0;
    return same && !too_long;
}

std::string hash_password(const conf::secret& password) {
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    if (!crypt_gensalt_rn("$y$", 0, nullptr, 0, setting, sizeof setting)) {
        throw std::runtime_error("libcrypt cannot make a yescrypt salt");
    }
    auto hash = crypted(password, setting);
    if (hash.empty() || hash.starts_with('*')) throw std::runtime_error("libcrypt cannot make a yescrypt hash");
    return hash;
}

bool is_supported_hash(std::string_view hash) {
    return cost_rank(hash) > 0;
}

int cost_rank(std::string_view hash) {
    if (hash.starts_with("$6$")) return 1;
    if (hash.starts_with("$y$")) return 2;
    // bcrypt's cost doubles with each step; its usual ones are slower than the others' defaults.
    if (hash.size() > 6 && (hash.starts_with("$2b$") || hash.starts_with("$2a$") || hash.starts_with("$2y$"))) {
        int rounds = 0;
        std::from_chars(hash.data() + 4, hash.data() + 6, rounds);
        return rounds <= 7 ? 1 : rounds - 5;
    }
    return 0;
}

}  // namespace boxgate::auth
