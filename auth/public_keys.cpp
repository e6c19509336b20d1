#include "auth/public_keys.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace boxgate::auth {

namespace {

constexpr std::array<std::string_view, 5> accepted_types{"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
                                                         "ecdsa-sha2-nistp521", "ssh-rsa"};

std::string_view next_word(std::string_view& line) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    const auto word = line.substr(0, line.find_first_of(" \t"));
    line.remove_prefix(word.size());
    return word;
}

std::optional<std::string> decode_base64(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0 || text.size() > 8192) return std::nullopt;
    std::string bytes(text.size() / 4 * 3, '\0');
    const int n = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                  reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (n < 0) return std::nullopt;
    const auto padding = static_cast<std::size_t>(text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0);
    bytes.resize(static_cast<std::size_t>(n) - padding);
    return bytes;
}

// A string of the SSH wire format: four bytes of length, then that many.
std::optional<std::string_view> next_string(std::string_view& blob) {
    if (blob.size() < 4) return std::nullopt;
    std::uint32_t length = 0;
    for (int i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(blob[static_cast<std::size_t>(i)]);
    if (length > blob.size() - 4) return std::nullopt;
    const auto text = blob.substr(4, length);
    blob.remove_prefix(4 + length);
    return text;
}

std::size_t bits(std::string_view number) {
    while (!number.empty() && number.front() == 0) number.remove_prefix(1);
    return number.size() * 8;
}

}  // namespace

boost::system::result<authorized_key, std::string> parse_authorized_key(std::string_view line) {
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    auto rest = line;
    const auto type = next_word(rest);
    if (type.find("-cert-v01@") != std::string_view::npos)
        return std::string("certificates are not supported: give the plain public key");
    if (std::find(accepted_types.begin(), accepted_types.end(), type) == accepted_types.end()) {
        if (line.find(" ssh-") != std::string_view::npos || line.find(" ecdsa-") != std::string_view::npos) {
            return std::string("options in front of a key are not supported: begin the line with the key's type");
        }
        return "a key of type '" + std::string(type.substr(0, 40)) +
               "' is not supported: ssh-ed25519, ecdsa-sha2-nistp256/384/521 or ssh-rsa";
    }
    auto blob = decode_base64(next_word(rest));
    if (!blob) return std::string("the key is not base64: copy the whole line of the .pub file");
    std::string_view content = *blob;
    const auto inner_type = next_string(content);
    if (!inner_type || *inner_type != type)
        return std::string("the key is cut off or of another type than the line says");
    if (type == "ssh-rsa") {
        const auto exponent = next_string(content), modulus = next_string(content);
        if (!exponent || !modulus) return std::string("the key is cut off");
        if (bits(*modulus) < 2048) return std::string("RSA keys shorter than 2048 bits are not accepted");
    } else if (!next_string(content)) {
        return std::string("the key is cut off");
    }
    return authorized_key(std::string(type), std::move(*blob));
}

}  // namespace boxgate::auth
