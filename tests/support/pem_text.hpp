#pragma once

#include <openssl/bio.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace boxgate::testing {

/// What `write(BIO*)` writes, one of OpenSSL's PEM_write_bio_ functions say; std::runtime_error if that does not
/// return 1.
template <class Write>
std::string as_pem(Write write) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
    if (write(out.get()) != 1) throw std::runtime_error("OpenSSL could not write PEM");
    char* text = nullptr;
    const auto length = BIO_get_mem_data(out.get(), &text);
    return std::string(text, static_cast<std::size_t>(length));
}

}  // namespace boxgate::testing
