#include "tests/support/memory_content.hpp"

#include "protocol/storage/block.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace boxgate::testing {

using storage::block;

std::string sha1_of(std::string_view bytes) {
    std::array<unsigned char, 20> digest;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha1(), nullptr);
    std::string hex;
    for (const auto byte : digest) {
        hex += "0123456789abcdef"[byte >> 4];
        hex += "0123456789abcdef"[byte & 15];
    }
    return hex;
}

void pattern(std::uint64_t offset, std::span<std::byte> into) {
    constexpr std::size_t period = 251;  // a prime, so that a shifted block never looks right
    static const auto text = [] {
        std::vector<std::byte> made(block::capacity + period);
        for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<std::byte>(i % period);
        return made;
    }();
    while (!into.empty()) {
        const auto n = std::min(into.size(), block::capacity);
        std::memcpy(into.data(), text.data() + offset % period, n);
        into = into.subspan(n);
        offset += n;
    }
}

}  // namespace boxgate::testing
