#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace boost::asio::ssl {
class context;
}

namespace boxgate::net {

/// How the server's side of a TLS connection is to be.
struct tls_terms {
    tls_terms(std::shared_ptr<boost::asio::ssl::context> with, std::string bound_to, bool give_tickets)
        : context(std::move(with)), binding(std::move(bound_to)), tickets(give_tickets) {}

    std::shared_ptr<boost::asio::ssl::context> context;
    /// A session can be resumed by connections of the same binding only (at most 32 bytes of it count): whatever
    /// ticket or session id another one brings leads to a full handshake.
    std::string binding;
    /// Whether to give out TLS 1.3 tickets. Data connections give none: a client that only writes never reads them,
    /// and its close would then destroy the end of its upload.
    bool tickets;
};

/// A TCP connection that may become a TLS one: bytes in and out, each with a deadline. Belongs to one executor; one
/// read and one write at a time.
class stream {
public:
    using clock = std::chrono::steady_clock;
    using error_code = boost::system::error_code;

    explicit stream(boost::asio::ip::tcp::socket socket);
    ~stream();
    stream(const stream&) = delete;
    stream& operator=(const stream&) = delete;

    /// The server's side of a TLS handshake. error::timed_out after `patience`.
    boost::asio::awaitable<error_code> start_tls(tls_terms terms, clock::duration patience);
    /// The client has gone on with an earlier session of the same binding.
    bool is_resumed() const;
    /// Under TLS 1.3: another ticket goes out with what is written next.
    void give_ticket();
    bool is_tls() const { return tls_ != nullptr; }

    /// `patience` is how long the connection may be still meanwhile; duration::max(): for ever.
    /// error::eof is the peer's orderly end: a FIN, under TLS a close_notify. Under TLS a FIN alone is
    /// ssl::error::stream_truncated. error::timed_out: nothing came for `patience`.
    boost::asio::awaitable<std::pair<error_code, std::size_t>> read_some(boost::asio::mutable_buffer into,
                                                                         clock::duration patience);
    /// Writes all of it; `patience` is that for each piece that the peer takes.
    boost::asio::awaitable<error_code> write(boost::asio::const_buffer bytes, clock::duration patience);

    /// Ends the connection in order: close_notify under TLS, then FIN.
    boost::asio::awaitable<void> finish(clock::duration patience);

    /// The peer has closed its side or is gone, as far as the kernel knows, whatever is still to be read.
    bool peer_gone() const;

    /// Wakes whoever reads or writes with an error. Safe at any time.
    void close();
    /// The same, telling the peer by a reset that what it got is not whole.
    void cut();

    boost::asio::any_io_executor get_executor() const;
    boost::asio::ip::tcp::endpoint local_endpoint() const { return local_; }
    boost::asio::ip::tcp::endpoint remote_endpoint() const { return remote_; }

private:
    struct tls_state;
    struct guarded_socket;

    std::unique_ptr<guarded_socket> socket_;
    std::unique_ptr<tls_state> tls_;
    boost::asio::ip::tcp::endpoint local_;
    boost::asio::ip::tcp::endpoint remote_;
};

}  // namespace boxgate::net
