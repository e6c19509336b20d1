#include "tests/simulator/digest.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <utf8proc.h>

#include <cstdlib>
#include <fstream>
#include <vector>

namespace box_simulator {

void sha1_stream::closer::operator()(evp_md_ctx_st* context) const {
    EVP_MD_CTX_free(context);
}

sha1_stream::sha1_stream() : context_(EVP_MD_CTX_new()) {
    EVP_DigestInit_ex(context_.get(), EVP_sha1(), nullptr);
}

void sha1_stream::update(const void* bytes, std::size_t n) {
    EVP_DigestUpdate(context_.get(), bytes, n);
}

std::string sha1_stream::finish() {
    std::string digest(20, '\0');
    EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr);
    return digest;
}

std::string hex(std::string_view bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 0xf];
    }
    return text;
}

std::optional<std::string> from_base64(std::string_view text, bool url_alphabet) {
    std::string standard(text);
    if (url_alphabet) {
        for (auto& c : standard) {
            if (c == '+' || c == '/') return std::nullopt;
            if (c == '-') c = '+';
            if (c == '_') c = '/';
        }
        while (standard.size() % 4 != 0) standard += '=';
    }
    if (standard.size() % 4 != 0) return std::nullopt;
    std::string bytes(standard.size() / 4 * 3 + 1, '\0');
    const int n =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                        reinterpret_cast<const unsigned char*>(standard.data()), static_cast<int>(standard.size()));
    if (n < 0) return std::nullopt;
    std::size_t size = static_cast<std::size_t>(n);
    if (standard.ends_with("==")) {
        size -= 2;
    } else if (standard.ends_with('=')) {
        size -= 1;
    }
    bytes.resize(size);
    return bytes;
}

std::string hash_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    sha1_stream hash;
    std::vector<char> buffer(256 * 1024);
    while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0) {
        hash.update(buffer.data(), static_cast<std::size_t>(in.gcount()));
    }
    return hex(hash.finish());
}

std::string to_base64(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int n = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                  reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(n));
    return text;
}

std::string random_hex(std::size_t characters) {
    std::string bytes((characters + 1) / 2, '\0');
    RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    return hex(bytes).substr(0, characters);
}

std::string folded(std::string_view name) {
    utf8proc_uint8_t* raw = nullptr;
    const auto n =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(name.data()), static_cast<utf8proc_ssize_t>(name.size()),
                     &raw, static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STABLE));
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(raw, std::free);
    if (n < 0) return std::string(name);
    return std::string(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(n));
}

}  // namespace box_simulator
