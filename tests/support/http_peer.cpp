#include "tests/support/http_peer.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>

namespace boxgate::testing {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto tuple = asio::as_tuple(asio::use_awaitable);

template <class Stream>
class connection final : public peer_connection {
public:
    connection(tcp::socket& socket, Stream& stream) : socket_(socket), stream_(stream) {}

    asio::awaitable<std::string> read_head() override {
        const auto [error, n] =
            co_await asio::async_read_until(stream_, asio::dynamic_buffer(buffer_), "\r\n\r\n", tuple);
        if (error) co_return std::string();
        auto head = buffer_.substr(0, n);
        buffer_.erase(0, n);
        co_return head;
    }
    asio::awaitable<std::string> read(std::size_t n) override {
        if (buffer_.size() < n) {
            co_await asio::async_read(stream_, asio::dynamic_buffer(buffer_),
                                      asio::transfer_exactly(n - buffer_.size()), tuple);
        }
        auto bytes = buffer_.substr(0, n);
        buffer_.erase(0, bytes.size());
        co_return bytes;
    }
    asio::awaitable<void> write(std::string bytes) override {
        co_await asio::async_write(stream_, asio::buffer(bytes), tuple);
    }
    asio::awaitable<void> close() override {
        if constexpr (!std::is_same_v<Stream, tcp::socket>) co_await stream_.async_shutdown(tuple);
        cut();
    }
    void cut() override {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }
    void reset() override {
        boost::system::error_code ignored;
        socket_.set_option(tcp::socket::linger(true, 0), ignored);
        socket_.close(ignored);
    }
    std::string server_name() const override {
        if constexpr (!std::is_same_v<Stream, tcp::socket>) {
            const char* const name = SSL_get_servername(stream_.native_handle(), TLSEXT_NAMETYPE_host_name);
            return name ? name : "";
        }
        return {};
    }
    tcp::socket& socket() override { return socket_; }

private:
    tcp::socket& socket_;
    Stream& stream_;
    std::string buffer_;
};

std::size_t content_length(const std::string& head) {
    std::string lower = head;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    const auto at = lower.find("\r\ncontent-length:");
    return at == std::string::npos ? 0 : std::stoul(lower.substr(at + 17));
}

}  // namespace

asio::awaitable<std::string> peer_connection::read_request() {
    auto text = co_await read_head();
    const auto length = content_length(text);
    if (length > 0) text += co_await read(length);
    co_return text;
}

struct http_peer::state : std::enable_shared_from_this<state> {
    state(const asio::any_io_executor& executor, handler chosen)
        : acceptor(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), serve(std::move(chosen)) {}

    static asio::awaitable<void> accept_all(std::shared_ptr<state> self) {
        while (true) {
            auto [error, socket] = co_await self->acceptor.async_accept(tuple);
            if (error) co_return;
            ++self->accepted;
            asio::co_spawn(self->acceptor.get_executor(), serve_one(self, std::move(socket), self->accepted),
                           asio::detached);
        }
    }

    static asio::awaitable<void> serve_one(std::shared_ptr<state> self, tcp::socket socket, unsigned number) {
        ++self->open;
        if (self->tls) {
            asio::ssl::stream<tcp::socket&> stream(socket, *self->tls);
            const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, tuple);
            if (!error) {
                connection<asio::ssl::stream<tcp::socket&>> peer(socket, stream);
                co_await self->serve(peer, number);
            }
        } else {
            connection<tcp::socket> peer(socket, socket);
            co_await self->serve(peer, number);
        }
        boost::system::error_code ignored;
        socket.close(ignored);
        --self->open;
    }

    tcp::acceptor acceptor;
    handler serve;
    std::optional<asio::ssl::context> tls;
    unsigned accepted = 0;
    unsigned open = 0;
};

http_peer::http_peer(const asio::any_io_executor& executor, handler serve,
                     std::optional<test_authority::issued> identity)
    : state_(std::make_shared<state>(executor, std::move(serve))) {
    if (identity) {
        state_->tls.emplace(asio::ssl::context::tls_server);
        state_->tls->use_certificate_chain(asio::buffer(identity->certificate));
        state_->tls->use_private_key(asio::buffer(identity->private_key), asio::ssl::context::pem);
    }
    asio::co_spawn(executor, state::accept_all(state_), asio::detached);
}

http_peer::~http_peer() {
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
}

std::uint16_t http_peer::port() const {
    return state_->acceptor.local_endpoint().port();
}

std::string http_peer::url(const std::string& target) const {
    return (state_->tls ? "https://localhost:" : "http://localhost:") + std::to_string(port()) + target;
}

unsigned http_peer::connections() const {
    return state_->accepted;
}

unsigned http_peer::open() const {
    return state_->open;
}

}  // namespace boxgate::testing
