#include "box/http/beast_transport.hpp"

#include <boost/asio/ssl/context.hpp>

#include <stdexcept>

namespace boxgate::box::http {

std::shared_ptr<boost::asio::ssl::context> make_client_tls(const std::filesystem::path& ca_file) {
    namespace ssl = boost::asio::ssl;
    auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
    context->set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
    context->set_default_verify_paths();
    if (!ca_file.empty()) {
        boost::system::error_code error;
        context->load_verify_file(ca_file.string(), error);
        if (error) {
            throw std::runtime_error("box.ca_file: no certificates in PEM form can be read from " + ca_file.string() +
                                     ": " + error.message());
        }
    }
    return context;
}

}  // namespace boxgate::box::http
