#include "box/spool_cipher.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>

namespace boxgate::box {

namespace {

constexpr std::size_t unit = 16;  // of AES: one value of the counter

struct closer {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

}  // namespace

std::optional<spool_cipher> spool_cipher::make() {
    spool_cipher made;
    if (RAND_bytes(made.key_.data(), static_cast<int>(made.key_.size())) != 1) return std::nullopt;
    return made;
}

spool_cipher::spool_cipher(spool_cipher&& other) noexcept : key_(other.key_) {
    OPENSSL_cleanse(other.key_.data(), other.key_.size());
}

spool_cipher::~spool_cipher() {
    OPENSSL_cleanse(key_.data(), key_.size());
}

bool spool_cipher::apply(std::uint64_t offset, std::span<const std::byte> from, std::byte* into) const {
    // The key serves one file: the counter may start at 0 and is the place in the file.
    std::array<unsigned char, unit> counter{};
    auto number = offset / unit;
    for (auto at = counter.rbegin(); number != 0; ++at, number >>= 8) *at = static_cast<unsigned char>(number);
    const std::unique_ptr<EVP_CIPHER_CTX, closer> context(EVP_CIPHER_CTX_new());
    if (!context || EVP_EncryptInit_ex(context.get(), EVP_aes_256_ctr(), nullptr, key_.data(), counter.data()) != 1) {
        return false;
    }
    int done = 0;
    if (const auto skipped = static_cast<int>(offset % unit); skipped > 0) {
        std::array<unsigned char, unit> nothing{};
        if (EVP_EncryptUpdate(context.get(), nothing.data(), &done, nothing.data(), skipped) != 1) return false;
    }
    constexpr std::size_t most = 1 << 30;  // lengths are ints to OpenSSL
    while (!from.empty()) {
        const auto some = from.first(std::min(from.size(), most));
        if (EVP_EncryptUpdate(context.get(), reinterpret_cast<unsigned char*>(into), &done,
                              reinterpret_cast<const unsigned char*>(some.data()),
                              static_cast<int>(some.size())) != 1) {
            return false;
        }
        from = from.subspan(some.size());
        into += some.size();
    }
    return true;
}

}  // namespace boxgate::box
