#include "protocol/ftp/data_channel.hpp"

#include "conf/runtime/watchdog.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace boxgate::ftp {

namespace asio = boost::asio;
using asio::ip::tcp;
using storage::errc;
using storage::failure;
using storage::result;

asio::ip::address plain(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    }
    return address;
}

namespace {

constexpr auto tuple = asio::as_tuple(asio::use_awaitable);

asio::awaitable<result<tcp::socket>> accept_from(tcp::acceptor& acceptor, asio::ip::address expected,
                                                 std::chrono::steady_clock::duration patience) {
    using namespace asio::experimental::awaitable_operators;
    asio::steady_timer timer(acceptor.get_executor(), patience);
    while (true) {
        auto either = acceptor.async_accept(tuple) || timer.async_wait(tuple);
        auto outcome = co_await std::move(either);
        if (outcome.index() == 1) co_return failure(errc::timeout, "nobody connected to the passive port");
        auto& [error, socket] = std::get<0>(outcome);
        if (error) co_return failure(errc::unavailable, "the passive port failed: " + error.message());
        boost::system::error_code gone;
        const auto peer = socket.remote_endpoint(gone);
        // A stranger who guesses the port gets nothing; the client's transfer goes on.
        if (gone || plain(peer.address()) != expected) continue;
        co_return std::move(socket);
    }
}

asio::awaitable<result<void>> connect(tcp::socket& socket, tcp::endpoint peer, asio::ip::address from,
                                      std::chrono::steady_clock::duration patience) {
    boost::system::error_code error;
    socket.open(peer.protocol(), error);
    if (!error) socket.bind(tcp::endpoint(from, 0), error);
    if (error) co_return failure(errc::unavailable, "no socket for the data connection: " + error.message());
    runtime::watchdog watchdog(socket);
    watchdog.allow(patience);
    const auto [failed] = co_await socket.async_connect(peer, tuple);
    if (!failed) co_return boost::system::in_place_value;
    co_return failure(watchdog.expired() ? errc::timeout : errc::unavailable,
                      "the client's port does not answer: " + failed.message());
}

}  // namespace

void data_channel::interrupt() {
    boost::system::error_code ignored;
    if (passive_) passive_->acceptor().close(ignored);
    if (connecting_) connecting_->close(ignored);
}

asio::awaitable<result<std::unique_ptr<net::stream>>> data_channel::open(tcp::endpoint control_local,
                                                                         tcp::endpoint control_peer,
                                                                         std::shared_ptr<asio::ssl::context> tls,
                                                                         net::stream::clock::duration patience) {
    result<tcp::socket> socket = failure(errc::unavailable, "use PASV, EPSV, PORT or EPRT first");
    if (passive_) {
        socket = co_await accept_from(passive_->acceptor(), plain(control_peer.address()), patience);
    } else if (active_) {
        tcp::socket ours(co_await asio::this_coro::executor);
        connecting_ = &ours;
        const auto connected = co_await connect(ours, *active_, plain(control_local.address()), patience);
        connecting_ = nullptr;
        if (connected.has_value())
            socket = std::move(ours);
        else
            socket = connected.error();
    }
    clear();
    if (socket.has_error()) co_return socket.error();
    auto stream = std::make_unique<net::stream>(std::move(*socket));
    if (tls) {
        const auto error = co_await stream->start_tls(std::move(tls), false, patience);
        if (error) co_return failure(errc::unavailable, "no TLS on the data connection: " + error.message());
    }
    co_return stream;
}

}  // namespace boxgate::ftp
