#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace boxgate::box {

/// Encrypts the bytes of one spool file, wherever in the file they lie: AES-256 in counter mode under a random key that
/// exists in this object and nowhere else. What a disk, a snapshot or a stolen drive keeps of a spool file is noise.
///
/// It keeps secrets and does not detect changes: those show in the SHA-1 of the whole, which is taken before bytes come
/// here. Bytes that are written twice at one place are encrypted with the same key stream.
class spool_cipher {
public:
    /// Nullopt where the system gives no random bytes.
    static std::optional<spool_cipher> make();

    spool_cipher(spool_cipher&& other) noexcept;
    spool_cipher& operator=(spool_cipher&&) = delete;
    ~spool_cipher();

    /// Encrypts, or decrypts, which is the same; `from` begins at `offset` of the file. `into` has room for as many
    /// bytes and may be `from` itself. False where OpenSSL fails. Any thread, several at a time.
    bool apply(std::uint64_t offset, std::span<const std::byte> from, std::byte* into) const;

private:
    spool_cipher() = default;

    std::array<unsigned char, 32> key_{};
};

}  // namespace boxgate::box
