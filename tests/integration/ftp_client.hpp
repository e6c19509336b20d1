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
    ftp_client(std::uint16_t port, std::optional<std::string> trust = std::nullopt,
               const std::string& address = "127.0.0.1");
    ~ftp_client();

    void open();              ///< the connection alone
    void connect();           ///< and the greeting
    void connect_implicit();  ///< TLS first
    /// Sends a line and reads the reply, which has to begin with `expected`.
    std::string command(const std::string& line, std::string_view expected);
    void send_line(const std::string& line);
    std::string reply(std::string_view expected);
    /// All lines of it.
    std::string whole_reply(std::string_view expected);
    /// Until this has come; it is not taken.
    void wait_for(std::string_view text);
    void send_raw(std::string_view bytes, int flags = 0);
    void start_tls();
    void continue_tls();  ///< after a 234
    void log_in(const std::string& login = "ann");

    /// PASV, and the connection to where it leads; open_data() is to follow the command's 150.
    void passive();
    void extended_passive();
    void connect_data();
    /// PORT or EPRT; accept_data() takes the connection.
    void active(bool extended);
    void accept_data();
    void secure_data(SSL_SESSION* resume = nullptr);
    bool data_is_resumed() const;
    std::uint16_t data_peer_port() const { return data_.remote_endpoint().port(); }
    std::uint16_t data_port() const { return data_port_; }

    /// The TLS session to resume, as the control connection has got it last; null before.
    SSL_SESSION* session() const { return session_; }
    unsigned sessions_got() const { return sessions_got_; }
    void only_tls_1_2();

    void send_data(std::string_view bytes);
    std::string read_data();
    /// The orderly end: close_notify under TLS, then FIN.
    void finish_data();

    /// FIN alone, as a program does that is killed, or knows no better.
    void close_data_without_notify();

    /// Loses both connections at once.
    void lose(loss how);

private:
    using tcp = boost::asio::ip::tcp;
    using tls_stream = boost::asio::ssl::stream<tcp::socket&>;

    void read_more();

    boost::asio::io_context context_;
    boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_client};
    bool secure_ = false;
    tcp::endpoint server_;
    std::uint16_t data_port_ = 0;
    tcp::socket control_{context_};
    tcp::socket data_{context_};
    std::unique_ptr<tls_stream> control_tls_;
    std::unique_ptr<tls_stream> data_tls_;
    std::optional<tcp::acceptor> acceptor_;
    SSL_SESSION* session_ = nullptr;
    unsigned sessions_got_ = 0;
    std::string unread_;
};

}  // namespace boxgate::testing
