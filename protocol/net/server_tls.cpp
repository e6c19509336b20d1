#include "protocol/net/server_tls.hpp"

#include <boost/asio/ssl/context.hpp>
#include <openssl/ssl.h>

#include <stdexcept>
#include <utility>

namespace boxgate::net {

namespace asio = boost::asio;

namespace {

constexpr auto ticket_life = std::chrono::hours(24);  // a ticket is good for one control connection, however long

}  // namespace

std::shared_ptr<asio::ssl::context> make_server_tls(const std::filesystem::path& certificate,
                                                    const std::filesystem::path& private_key) {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    auto* const handle = context->native_handle();
    SSL_CTX_set_min_proto_version(handle, TLS1_2_VERSION);
    SSL_CTX_set_options(handle, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                    SSL_OP_PRIORITIZE_CHACHA);
    if (SSL_CTX_set_cipher_list(handle, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1) {
        throw std::runtime_error("OpenSSL knows none of the TLS 1.2 ciphers that this server offers");
    }
    SSL_CTX_set_timeout(handle, std::chrono::seconds(ticket_life).count());
    SSL_CTX_sess_set_cache_size(handle, 10'000);  // for clients of TLS 1.2 that know no tickets
    boost::system::error_code error;
    context->use_certificate_chain_file(certificate.string(), error);
    if (error)
        throw std::runtime_error("ftp.tls.certificate: cannot use " + certificate.string() + ": " + error.message());
    context->use_private_key_file(private_key.string(), asio::ssl::context::pem, error);
    if (error)
        throw std::runtime_error("ftp.tls.private_key: cannot use " + private_key.string() + ": " + error.message());
    if (SSL_CTX_check_private_key(handle) != 1) {
        throw std::runtime_error("ftp.tls: the private key does not belong to the certificate");
    }
    return context;
}

server_tls::server_tls(std::filesystem::path certificate, std::filesystem::path private_key, const runtime::log& log)
    : certificate_(std::move(certificate)),
      private_key_(std::move(private_key)),
      log_(log),
      seen_(look()),
      context_(make_server_tls(certificate_, private_key_)),
      looked_at_(clock::now()),
      made_at_(looked_at_) {}

server_tls::stamps server_tls::look() const {
    std::error_code ignored;  // a missing file has a stamp of its own
    return {std::filesystem::last_write_time(certificate_, ignored),
            std::filesystem::last_write_time(private_key_, ignored)};
}

bool server_tls::read(stamps found) {
    seen_ = found;
    made_at_ = clock::now();  // a failure, too, is tried again in a day and not in a second
    try {
        context_ = make_server_tls(certificate_, private_key_);
        log_.info("certificate_loaded", {{"file", certificate_.string()}});
        return true;
    } catch (const std::runtime_error& error) {
        log_.error("certificate_refused",
                   {{"reason", error.what()}, {"hint", "the certificate that was loaded before stays in use"}});
        return false;
    }
}

std::shared_ptr<asio::ssl::context> server_tls::current() {
    const std::lock_guard lock(mutex_);
    const auto now = clock::now();
    if (now - looked_at_ < std::chrono::seconds(1)) return context_;
    looked_at_ = now;
    const auto found = look();
    if (found != seen_ || now - made_at_ > ticket_life) read(found);
    return context_;
}

bool server_tls::reload() {
    const std::lock_guard lock(mutex_);
    looked_at_ = clock::now();
    return read(look());
}

}  // namespace boxgate::net
