#pragma once

#include "box/http/transport.hpp"
#include "conf/settings/settings.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

namespace boost::asio::ssl {
class context;
}

namespace boxgate::box::http {

/// Certificates and TLS rules for calls to Box, loaded once for the process: TLS 1.2 or later, peers verified against
/// the system's authorities and those of `ca_file` (PEM; may be empty). Throws std::runtime_error naming the file.
std::shared_ptr<boost::asio::ssl::context> make_client_tls(const std::filesystem::path& ca_file);

struct transport_options {
    transport_options() = default;

    std::shared_ptr<boost::asio::ssl::context> tls;
    std::optional<conf::proxy_settings> proxy;  ///< set: every connection goes through it, by CONNECT
    std::size_t connections_per_host = 32;      ///< further exchanges wait in line
    std::chrono::seconds connect_timeout{20};   ///< name, TCP, CONNECT and TLS together
    std::chrono::seconds keep_idle{50};         ///< an idle connection older than this is not used again
};

/// HTTP/1.1 over Beast. The only unit that instantiates Beast over TLS.
std::unique_ptr<transport> make_beast_transport(boost::asio::any_io_executor executor, transport_options options);

}  // namespace boxgate::box::http
