#include "protocol/ftp/data_channel.hpp"

#include "conf/runtime/watchdog.hpp"
#include "conf/settings/ip_network.hpp"

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

namespace {

constexpr auto tuple = asio::as_tuple(asio::use_awaitable);

asio::awaitable<result<tcp::socket>> accept_from(passive_ports::lease& port, asio::ip::address expected,
                                                 std::chrono::steady_clock::duration patience) {
    using namespace asio::experimental::awaitable_operators;
    auto& acceptor = port.acceptor();
    asio::steady_timer timer(acceptor.get_executor(), patience);
    while (true) {
        auto either = acceptor.async_accept(tuple) || timer.async_wait(tuple);
        auto outcome = co_await std::move(either);
        if (outcome.index() == 1) {
            co_return failure(errc::timeout, "nobody connected to port " + std::to_string(port.port()) +
                                                 "; a firewall in between, or the server's ftp.passive_address or " +
                                                 "ftp.passive_ports are not what you can reach");
        }
        auto& [error, socket] = std::get<0>(outcome);
        if (error) co_return failure(errc::unavailable, "the passive port failed: " + error.message());
        boost::system::error_code gone;
        const auto peer = socket.remote_endpoint(gone);
        // A stranger who guesses the port gets nothing; the client's transfer goes on.
        if (gone || conf::unmapped(peer.address()) != expected) continue;
        co_return std::move(socket);
    }
}

asio::awaitable<result<void>> connect(tcp::socket& socket, tcp::endpoint peer, tcp::endpoint from,
                                      std::chrono::steady_clock::duration patience) {
    boost::system::error_code error;
    socket.open(peer.protocol(), error);
    // Several transfers may come from the same port, such as 20.
    if (!error && from.port() != 0) socket.set_option(tcp::socket::reuse_address(true), error);
    if (!error) socket.bind(from, error);
    if (error) {
        co_return failure(errc::unavailable, "the server cannot connect from port " + std::to_string(from.port()) +
                                                 ": " + error.message());
    }
    runtime::watchdog watchdog(socket);
    watchdog.allow(patience);
    const auto [failed] = co_await socket.async_connect(peer, tuple);
    if (!failed) co_return boost::system::in_place_value;
    co_return failure(watchdog.expired() ? errc::timeout : errc::unavailable,
                      "port " + std::to_string(peer.port()) + " of yours does not answer (" + failed.message() +
                          "); a firewall or NAT in between? Passive mode gets through most of them");
}

}  // namespace

void data_channel::listen(std::unique_ptr<passive_ports::lease> on, net::stream::clock::duration patience) {
    clear();
    interrupted_ = false;
    passive_ = std::move(on);
    expiry_.expires_after(patience);
    expiry_.async_wait([this, life = std::weak_ptr<const bool>(life_)](boost::system::error_code error) {
        // The wait may have ended just before the channel did, or before it got another port.
        if (error || life.expired() || expiry_.expiry() > net::stream::clock::now()) return;
        if (!opening_) clear();
    });
}

void data_channel::connect_to(tcp::endpoint peer, tcp::endpoint from) {
    clear();
    interrupted_ = false;
    active_ = active_mode{peer, from};
}

void data_channel::clear() {
    expiry_.cancel();
    passive_.reset();
    active_.reset();
}

void data_channel::interrupt() {
    interrupted_ = true;
    boost::system::error_code ignored;
    if (passive_) passive_->acceptor().close(ignored);
    if (connecting_) connecting_->close(ignored);
    if (securing_) securing_->cut();
}

asio::awaitable<result<tcp::socket>> data_channel::connection(tcp::endpoint control_peer,
                                                              net::stream::clock::duration patience) {
    if (passive_) co_return co_await accept_from(*passive_, conf::unmapped(control_peer.address()), patience);
    if (!active_) co_return failure(errc::unavailable, "PASV, EPSV, PORT or EPRT first");
    if (interrupted_) co_return failure(errc::aborted, "interrupted");
    tcp::socket ours(co_await asio::this_coro::executor);
    connecting_ = &ours;
    const auto connected = co_await connect(ours, active_->peer, active_->from, patience);
    connecting_ = nullptr;
    if (connected.has_error()) co_return connected.error();
    co_return std::move(ours);
}

asio::awaitable<result<std::unique_ptr<net::stream>>> data_channel::open(tcp::endpoint control_peer,
                                                                         std::optional<net::tls_terms> terms,
                                                                         bool must_resume,
                                                                         net::stream::clock::duration patience) {
    opening_ = true;
    auto socket = co_await connection(control_peer, patience);
    opening_ = false;
    clear();
    if (socket.has_error()) co_return socket.error();
    // The interruption may have come when the connection was there and nobody knew of it yet.
    if (interrupted_) co_return failure(errc::aborted, "interrupted");
    auto stream = std::make_unique<net::stream>(std::move(*socket));
    if (!terms) co_return stream;
    securing_ = stream.get();
    const auto error = co_await stream->start_tls(std::move(*terms), patience);
    securing_ = nullptr;
    if (error) co_return failure(errc::unavailable, "no TLS on the data connection: " + error.message());
    if (must_resume && !stream->is_resumed()) {
        co_return failure(errc::denied, "the data connection has to resume the TLS session of the control connection");
    }
    co_return stream;
}

}  // namespace boxgate::ftp
