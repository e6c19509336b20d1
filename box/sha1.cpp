#include "box/sha1.hpp"

#include <openssl/evp.h>

namespace boxgate::box {

void sha1::closer::operator()(evp_md_ctx_st* context) const {
    EVP_MD_CTX_free(context);
}

sha1::sha1() : context_(EVP_MD_CTX_new()) {
    reset();
}

void sha1::reset() {
    EVP_DigestInit_ex(context_.get(), EVP_sha1(), nullptr);
}

void sha1::update(std::span<const std::byte> bytes) {
    EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
}

std::string sha1::finish() {
    std::string digest(20, '\0');
    EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr);
    return digest;
}

std::string to_hex(const std::string& bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string hex;
    for (const unsigned char byte : bytes) {
        hex += digits[byte >> 4];
        hex += digits[byte & 0xf];
    }
    return hex;
}

}  // namespace boxgate::box
