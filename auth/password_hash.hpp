#pragma once

#include "conf/settings/secret.hpp"

#include <string>
#include <string_view>

namespace boxgate::auth {

/// crypt(3) hashes as libxcrypt makes them: yescrypt ($y$), bcrypt ($2b$, $2a$, $2y$), sha512crypt ($6$). These
/// functions take tens of milliseconds: they belong on the credentials pool.
class password_hasher {
public:
    virtual ~password_hasher() = default;

    /// Whether `password` has `hash`. Longer passwords than max_length never match, and cost the same.
    virtual bool matches(const conf::secret& password, const std::string& hash) const = 0;
};

class crypt_hasher final : public password_hasher {
public:
    static constexpr std::size_t max_length = 511;  ///< what crypt(3) takes

    bool matches(const conf::secret& password, const std::string& hash) const override;
};

/// A fresh yescrypt hash; throws std::runtime_error if the system cannot make one.
std::string hash_password(const conf::secret& password);

/// True for the three methods above.
bool is_supported_hash(std::string_view hash);

/// Roughly how costly a hash is to check, for choosing the decoy: greater is costlier.
int cost_rank(std::string_view hash);

}  // namespace boxgate::auth
