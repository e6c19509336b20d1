#pragma once

#include "box/http/beast_transport.hpp"
#include "box/http/watchdog.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace boxgate::box::http {

/// Where a request goes, taken from its URL.
struct origin {
    origin(bool use_tls, std::string host_name, std::string port_number)
        : tls(use_tls), host(std::move(host_name)), port(std::move(port_number)) {}

    bool tls;
    std::string host;  ///< without brackets
    std::string port;

    std::string authority() const;  ///< host:port, an IPv6 address in brackets
    friend auto operator<=>(const origin&, const origin&) = default;
};

/// One connection to an origin, through the proxy where there is one: bytes in and out, each operation with a deadline.
/// The HTTP on top is beast_transport's.
class connection {
public:
    using clock = std::chrono::steady_clock;
    using error_code = boost::system::error_code;

    connection(const boost::asio::any_io_executor& executor, std::shared_ptr<boost::asio::ssl::context> tls)
        : socket_(executor), watchdog_(socket_), tls_context_(std::move(tls)) {}

    /// Name, TCP, CONNECT, TLS. The failure's text says which of them failed and what to do.
    boost::asio::awaitable<storage::result<void>> open(origin to, std::optional<conf::proxy_settings> proxy,
                                                       clock::duration patience);

    boost::asio::awaitable<std::pair<error_code, std::size_t>> read_some(boost::asio::mutable_buffer into,
                                                                         clock::duration patience);
    /// Writes all of them.
    boost::asio::awaitable<error_code> write(std::vector<boost::asio::const_buffer> buffers, clock::duration patience);

    /// Ends what is waiting in read_some and write with operation_aborted.
    void cancel();
    void close();

    /// Between exchanges: nothing is expected to move.
    void rest() { watchdog_.rest(); }

    /// True if a kept connection has something to read, which between exchanges can only be its end.
    bool is_stale();

    boost::beast::flat_buffer& buffer() { return buffer_; }  ///< bytes read behind what was parsed

    clock::time_point idle_since;

private:
    boost::asio::awaitable<storage::result<void>> connect_tcp(std::string host, std::string port, std::string role);
    boost::asio::awaitable<storage::result<void>> ask_proxy(const origin& to, const conf::proxy_settings& proxy);
    boost::asio::awaitable<storage::result<void>> start_tls(const origin& to);

    error_code timed(error_code error) const;

    boost::asio::ip::tcp::socket socket_;
    watchdog watchdog_;
    std::shared_ptr<boost::asio::ssl::context> tls_context_;
    std::unique_ptr<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
    boost::beast::flat_buffer buffer_;
};

}  // namespace boxgate::box::http
