#pragma once

#include "tests/support/test_authority.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace boxgate::testing {

/// The server's end of one connection, plain or TLS, at the level of bytes, so that a test can misbehave with it.
class peer_connection {
public:
    virtual ~peer_connection() = default;

    /// Up to and including the blank line; empty if the connection ended before.
    virtual boost::asio::awaitable<std::string> read_head() = 0;
    /// As many bytes as asked, or fewer if the connection ended before.
    virtual boost::asio::awaitable<std::string> read(std::size_t n) = 0;
    /// Head and a body of its Content-Length.
    boost::asio::awaitable<std::string> read_request();

    /// Errors are ignored: what counts is what the client makes of it.
    virtual boost::asio::awaitable<void> write(std::string bytes) = 0;

    virtual boost::asio::awaitable<void> close() = 0;  ///< in order: TLS says so first
    virtual void cut() = 0;                            ///< FIN only
    virtual void reset() = 0;                          ///< RST

    virtual std::string server_name() const = 0;  ///< SNI, empty without
    virtual boost::asio::ip::tcp::socket& socket() = 0;
};

/// A server on a loopback port of the kernel's choice; each connection is handed to the handler, and closed after it.
class http_peer {
public:
    using handler = std::function<boost::asio::awaitable<void>(peer_connection& connection, unsigned number)>;

    /// `number` counts connections from 1. With an identity it speaks TLS. What the handler captures outlives the
    /// executor's context.
    http_peer(const boost::asio::any_io_executor& executor, handler serve,
              std::optional<test_authority::issued> identity = std::nullopt);
    ~http_peer();

    std::uint16_t port() const;
    std::string url(const std::string& target) const;  ///< on "localhost"
    unsigned connections() const;                      ///< accepted so far
    unsigned open() const;                             ///< not yet closed

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace boxgate::testing
