// Lines of authorized_keys: what is taken has a wire form that begins with its own type and survives being written.
#include "conf/settings/authorized_key.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <openssl/evp.h>

using boxgate::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto key = boxgate::conf::parse_authorized_key(std::string(reinterpret_cast<const char*>(data), size));
    if (key.has_error()) {
        require(!key.error().text.empty(), "a refusal says why");
        return 0;
    }
    const auto& blob = key->blob;
    require(blob.size() > 4 && blob.size() >= 4u + static_cast<unsigned char>(blob[3]), "the blob has a type");
    std::string base64(4 * (blob.size() + 2) / 3 + 1, '\0');
    const auto n = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()),
                                   reinterpret_cast<const unsigned char*>(blob.data()), static_cast<int>(blob.size()));
    base64.resize(static_cast<std::size_t>(n));
    const auto type = blob.substr(4, static_cast<unsigned char>(blob[3]));
    const auto again = boxgate::conf::parse_authorized_key(type + " " + base64);
    require(again.has_value() && again->blob == blob, "the same key comes back");
    return 0;
}
