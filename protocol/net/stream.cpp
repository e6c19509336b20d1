#include "protocol/net/stream.hpp"

#include "conf/runtime/watchdog.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <openssl/ssl.h>

#include <algorithm>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <tuple>

namespace boxgate::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto tuple = asio::as_tuple(asio::use_awaitable);

}  // namespace

struct stream::guarded_socket {
    explicit guarded_socket(tcp::socket accepted) : socket(std::move(accepted)), watchdog(socket) {}

    error_code timed(error_code error) const {
        return error && watchdog.expired() ? error_code(asio::error::timed_out) : error;
    }

    // What is waited for decides together how long the socket may be still: the less patient of the two. One that has
    // ended must not leave its deadline behind, nor take away the other's.
    class turn {
    public:
        turn(guarded_socket& of, clock::duration guarded_socket::*which, clock::duration patience)
            : of_(of), which_(which) {
            of_.*which_ = patience;
            of_.set_deadline();
        }
        ~turn() {
            of_.*which_ = clock::duration::max();
            of_.set_deadline();
        }
        turn(const turn&) = delete;
        turn& operator=(const turn&) = delete;

    private:
        guarded_socket& of_;
        clock::duration guarded_socket::*which_;
    };

    void set_deadline() {
        const auto patience = std::min(reading, writing);
        if (patience == clock::duration::max())
            watchdog.rest();
        else
            watchdog.allow(patience);
    }

    tcp::socket socket;
    runtime::watchdog watchdog;
    clock::duration reading = clock::duration::max();
    clock::duration writing = clock::duration::max();
};

struct stream::tls_state {
    tls_state(tcp::socket& socket, std::shared_ptr<asio::ssl::context> with)
        : context(std::move(with)), stream(socket, *context) {}

    std::shared_ptr<asio::ssl::context> context;  // the one the session began with
    asio::ssl::stream<tcp::socket&> stream;
};

stream::stream(tcp::socket socket) : socket_(std::make_unique<guarded_socket>(std::move(socket))) {
    error_code ignored;
    local_ = socket_->socket.local_endpoint(ignored);
    remote_ = socket_->socket.remote_endpoint(ignored);
    socket_->socket.set_option(tcp::no_delay(true), ignored);
    // NAT boxes forget quiet control connections during long transfers.
    socket_->socket.set_option(asio::socket_base::keep_alive(true), ignored);
    const int idle_seconds = 60;
    ::setsockopt(socket_->socket.native_handle(), IPPROTO_TCP, TCP_KEEPIDLE, &idle_seconds, sizeof idle_seconds);
    // The urgent byte of Telnet's Synch stays where it was sent; the kernel would else take it out of its command.
    socket_->socket.set_option(asio::socket_base::out_of_band_inline(true), ignored);
}

stream::~stream() = default;

asio::awaitable<stream::error_code> stream::start_tls(tls_terms terms, clock::duration patience) {
    tls_ = std::make_unique<tls_state>(socket_->socket, std::move(terms.context));
    auto* const handle = tls_->stream.native_handle();
    const auto* const binding = reinterpret_cast<const unsigned char*>(terms.binding.data());
    const auto length = std::min<std::size_t>(terms.binding.size(), SSL_MAX_SID_CTX_LENGTH);
    SSL_set_session_id_context(handle, binding, static_cast<unsigned>(length));
    if (!terms.tickets) SSL_set_num_tickets(handle, 0);
    const guarded_socket::turn turn(*socket_, &guarded_socket::reading, patience);
    const auto [error] = co_await tls_->stream.async_handshake(asio::ssl::stream_base::server, tuple);
    co_return socket_->timed(error);
}

void stream::give_ticket() {
    if (tls_ && SSL_version(tls_->stream.native_handle()) == TLS1_3_VERSION) {
        SSL_new_session_ticket(tls_->stream.native_handle());
    }
}

bool stream::is_resumed() const {
    return tls_ && SSL_session_reused(tls_->stream.native_handle()) == 1;
}

asio::awaitable<std::pair<stream::error_code, std::size_t>> stream::read_some(asio::mutable_buffer into,
                                                                              clock::duration patience) {
    const guarded_socket::turn turn(*socket_, &guarded_socket::reading, patience);
    if (tls_) {
        const auto [error, n] = co_await tls_->stream.async_read_some(into, tuple);
        co_return std::pair<error_code, std::size_t>(socket_->timed(error), n);
    }
    const auto [error, n] = co_await socket_->socket.async_read_some(into, tuple);
    co_return std::pair<error_code, std::size_t>(socket_->timed(error), n);
}

asio::awaitable<stream::error_code> stream::write(asio::const_buffer bytes, clock::duration patience) {
    while (bytes.size() > 0) {
        const guarded_socket::turn turn(*socket_, &guarded_socket::writing, patience);  // of this piece
        error_code error;
        std::size_t n = 0;
        if (tls_) {
            std::tie(error, n) = co_await tls_->stream.async_write_some(asio::buffer(bytes), tuple);
        } else {
            std::tie(error, n) = co_await socket_->socket.async_write_some(asio::buffer(bytes), tuple);
        }
        if (error) co_return socket_->timed(error);
        bytes += n;
    }
    co_return error_code();
}

asio::awaitable<void> stream::finish(clock::duration patience) {
    const guarded_socket::turn turn(*socket_, &guarded_socket::writing, patience);
    if (tls_) {
        const auto [error] = co_await tls_->stream.async_shutdown(tuple);
        (void)error;  // many clients close without saying so
    }
    error_code ignored;
    socket_->socket.shutdown(tcp::socket::shutdown_send, ignored);
    close();
}

bool stream::peer_gone() const {
    if (!socket_->socket.is_open()) return true;
    pollfd look{};
    look.fd = socket_->socket.native_handle();
    look.events = POLLRDHUP;
    return ::poll(&look, 1, 0) > 0 && (look.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

asio::any_io_executor stream::get_executor() const {
    return socket_->socket.get_executor();
}

void stream::cut() {
    error_code ignored;
    socket_->socket.set_option(asio::socket_base::linger(true, 0), ignored);
    close();
}

void stream::close() {
    error_code ignored;
    socket_->socket.close(ignored);
}

}  // namespace boxgate::net
