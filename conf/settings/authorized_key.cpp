#include "conf/settings/authorized_key.hpp"

#include "conf/settings/utf8_text.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>

namespace boxgate::conf {

namespace {

constexpr std::size_t longest_line = 16384;
constexpr std::string_view blanks = " \t";

struct key_type {
    std::string_view name;
    std::string_view curve;  // of ecdsa
    std::size_t public_size = 0;
};

constexpr std::array<key_type, 5> key_types{{{"ssh-ed25519", "", 32},
                                             {"ecdsa-sha2-nistp256", "nistp256", 65},
                                             {"ecdsa-sha2-nistp384", "nistp384", 97},
                                             {"ecdsa-sha2-nistp521", "nistp521", 133},
                                             {"ssh-rsa", "", 0}}};

const key_type* find_type(std::string_view name) {
    const auto* const found = std::find_if(key_types.begin(), key_types.end(), [&](auto& t) { return t.name == name; });
    return found == key_types.end() ? nullptr : found;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view space = " \t\r\n";
    text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
    text.remove_suffix(text.size() - std::min(text.find_last_not_of(space) + 1, text.size()));
    return text;
}

std::string_view next_word(std::string_view& line) {
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    const auto word = line.substr(0, line.find_first_of(blanks));
    line.remove_prefix(word.size());
    return word;
}

bool holds_known_type(std::string_view line) {
    while (!line.empty()) {
        if (find_type(next_word(line))) return true;
    }
    return false;
}

std::optional<std::string> decode_base64(std::string_view text) {
    const auto padding = text.ends_with("==") ? 2u : text.ends_with('=') ? 1u : 0u;
    // EVP_DecodeBlock lets blanks and misplaced padding through.
    const auto letters = text.substr(0, text.size() - padding);
    if (text.empty() || text.size() % 4 != 0 ||
        letters.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") !=
            std::string_view::npos) {
        return std::nullopt;
    }
    std::string bytes(text.size() / 4 * 3, '\0');
    const int n = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                  reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (n < 0) return std::nullopt;
    bytes.resize(static_cast<std::size_t>(n) - padding);
    return bytes;
}

// A string of the SSH wire format: four bytes of length, then that many.
std::optional<std::string_view> next_string(std::string_view& blob) {
    if (blob.size() < 4) return std::nullopt;
    std::uint32_t length = 0;
    for (const char byte : blob.substr(0, 4)) length = length << 8 | static_cast<unsigned char>(byte);
    if (length > blob.size() - 4) return std::nullopt;
    const auto text = blob.substr(4, length);
    blob.remove_prefix(4 + std::size_t{length});
    return text;
}

// The bits of a positive mpint in its shortest form (RFC 4251 section 5); 0 if it is none.
std::size_t bits_of(std::string_view mpint) {
    if (mpint.starts_with('\0')) {
        mpint.remove_prefix(1);
        if (mpint.empty() || static_cast<unsigned char>(mpint.front()) < 0x80) return 0;
    } else if (mpint.empty() || static_cast<unsigned char>(mpint.front()) >= 0x80) {
        return 0;
    }
    return (mpint.size() - 1) * 8 + std::bit_width(static_cast<unsigned char>(mpint.front()));
}

// What is wrong with the content behind the type; empty if nothing.
std::string fault_of_content(const key_type& type, std::string_view content) {
    const std::string damaged = "the key is damaged or cut off; copy the whole line of the .pub file";
    if (type.name == "ssh-rsa") {
        const auto exponent = next_string(content);
        const auto modulus = next_string(content);
        if (!exponent || !modulus || !content.empty() || bits_of(*exponent) == 0) return damaged;
        const auto bits = bits_of(*modulus);
        if (bits == 0) return damaged;
        if (bits < 2048 || bits > 16384) {
            return "an RSA key of " + std::to_string(bits) + " bits is not accepted; allowed are 2048 to 16384";
        }
        return {};
    }
    if (!type.curve.empty() && next_string(content) != type.curve) return damaged;
    const auto point = next_string(content);
    if (!point || point->size() != type.public_size || !content.empty()) return damaged;
    if (!type.curve.empty() && point->front() != 4) return "the key's point is compressed, which is not supported";
    return {};
}

}  // namespace

parsed<authorized_key> parse_authorized_key(std::string_view line) {
    const std::string allowed = "; allowed are ssh-ed25519, ecdsa-sha2-nistp256, -384, -521 and ssh-rsa";
    line = trimmed(line);
    if (line.size() > longest_line) return wrong{"a public key line is longer than 16 KiB"};
    if (line.empty() || line.front() == '#') return wrong{"a public key line is empty or a comment"};
    if (line.find('\n') != std::string_view::npos) {
        return wrong{"several lines in one value; make each public key a value of its own"};
    }
    auto rest = line;
    const auto word = next_word(rest);
    const auto* const type = find_type(word);
    if (!type) {
        if (word.find("-cert-v01@") != std::string_view::npos) {
            return wrong{"certificates are not supported; give the plain public key" + allowed};
        }
        if (word.starts_with("sk-")) return wrong{"security keys (sk-...) are not supported" + allowed};
        if (holds_known_type(rest)) {
            return wrong{"options in front of a public key are not supported; begin the line with the key's type"};
        }
        if (line.find("PRIVATE KEY") != std::string_view::npos) {
            return wrong{"this is a private key; give the line of the .pub file instead"};
        }
        return wrong{"public keys of type " + shown(word) + " are not supported" + allowed};
    }
    auto blob = decode_base64(next_word(rest));
    if (!blob) return wrong{"the key is not base64; copy the whole line of the .pub file"};
    std::string_view content = *blob;
    if (next_string(content) != type->name) return wrong{"the key is damaged or not of the type " + std::string(word)};
    if (auto text = fault_of_content(*type, content); !text.empty()) return wrong{std::move(text)};
    return authorized_key{std::string(word), *std::move(blob), std::string(trimmed(rest))};
}

}  // namespace boxgate::conf
