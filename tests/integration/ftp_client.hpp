#pragma once

#include "tests/integration/dialogue.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace boxgate::testing {

/// A blocking FTP client that does one thing at a time, for tests that stop it anywhere. Every wait ends after 20 s
/// with an exception; an unexpected reply is one, too.
class ftp_client {
public:
    /// With an authority's certificate (PEM) the connections use TLS.
    ftp_client(std::uint16_t port, std::optional<std::string> trust = std::nullopt);

    void connect();
    /// Sends a line and reads the reply, which has to begin with `expected`.
    std::string command(const std::string& line, std::string_view expected);
    void send_line(const std::string& line);
    std::string reply(std::string_view expected);
    void start_tls();
    void log_in();

    /// PASV, and the connection to where it leads; open_data() is to follow the command's 150.
    void passive();
    void connect_data();
    void secure_data();
    void send_data(std::string_view bytes);
    std::string read_data();
    /// The orderly end: close_notify under TLS, then FIN.
    void finish_data();

    /// Loses both connections at once.
    void lose(loss how);

private:
    using tcp = boost::asio::ip::tcp;
    using tls_stream = boost::asio::ssl::stream<tcp::socket&>;

    boost::asio::io_context context_;
    boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_client};
    bool secure_ = false;
    std::uint16_t port_;
    std::uint16_t data_port_ = 0;
    tcp::socket control_{context_};
    tcp::socket data_{context_};
    std::unique_ptr<tls_stream> control_tls_;
    std::unique_ptr<tls_stream> data_tls_;
    std::string unread_;
};

}  // namespace boxgate::testing
