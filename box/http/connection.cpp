#include "box/http/connection.hpp"

#include "conf/runtime/deadline.hpp"
#include "conf/runtime/offload.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/detail/base64.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <sys/socket.h>

namespace boxgate::box::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

constexpr auto tuple = asio::as_tuple(asio::use_awaitable);

failure unreachable(const boost::system::error_code& error, const std::string& text) {
    if (error == asio::error::timed_out) return failure(errc::timeout, text + ": no answer in time");
    return failure(errc::unavailable, text + ": " + error.message());
}

using endpoints = std::pair<boost::system::error_code, tcp::resolver::results_type>;

asio::awaitable<endpoints> resolve(asio::any_io_executor executor, std::string host, std::string port) {
    tcp::resolver resolver(executor);
    auto [error, found] = co_await resolver.async_resolve(host, port, tuple);
    co_return endpoints(error, std::move(found));
}

std::string issuer_of(X509_STORE_CTX* store) {
    const auto* certificate = X509_STORE_CTX_get_current_cert(store);
    if (!certificate) return "unknown";
    char text[256] = {};
    X509_NAME_oneline(X509_get_issuer_name(certificate), text, sizeof text);
    return text;
}

std::string basic_credentials(const conf::proxy_settings& proxy) {
    const std::string plain = proxy.user + ":" + std::string(proxy.password.reveal());
    std::string encoded(beast::detail::base64::encoded_size(plain.size()), '\0');
    encoded.resize(beast::detail::base64::encode(encoded.data(), plain.data(), plain.size()));
    return encoded;
}

failure refused_by_proxy(unsigned status, const conf::proxy_settings& proxy, const std::string& target) {
    const auto name = "the proxy " + proxy.host + ":" + std::to_string(proxy.port);
    switch (status) {
        case 407:
            return failure(errc::unavailable,
                           name + " wants authentication (407): set the user and password of box.proxy" +
                               (proxy.user.empty() ? "" : "; the ones given were not accepted"));
        case 403:
            return failure(errc::unavailable,
                           name + " forbids connections to " + target +
                               " (403): have api.box.com, upload.box.com and dl.boxcloud.com allowed");
        default:
            return failure(errc::unavailable,
                           name + " could not connect to " + target + " (it answered " + std::to_string(status) + ")");
    }
}

}  // namespace

asio::awaitable<result<void>> connection::open(origin to, std::optional<conf::proxy_settings> proxy,
                                               clock::duration patience) {
    watchdog_.allow(patience);
    if (proxy) {
        auto connected = co_await connect_tcp(proxy->host, std::to_string(proxy->port), "the proxy ");
        if (connected.has_error()) co_return connected.error();
        auto tunnelled = co_await ask_proxy(to, *proxy);
        if (tunnelled.has_error()) co_return tunnelled.error();
    } else {
        auto connected = co_await connect_tcp(to.host, to.port, "");
        if (connected.has_error()) co_return connected.error();
    }
    if (to.tls) co_return co_await start_tls(to);
    co_return result<void>();
}

asio::awaitable<result<void>> connection::connect_tcp(std::string host, std::string port, std::string role) {
    const auto name = "cannot reach " + role + host + " port " + port;
    // A name server that does not answer cannot be hurried: the look-up runs on its own and is left behind.
    const auto executor = socket_.get_executor();
    auto lookup = runtime::within(std::chrono::seconds(10),
                                  runtime::run_on(executor, resolve(executor, std::move(host), std::move(port))));
    const auto found = co_await std::move(lookup);
    if (!found) co_return failure(errc::timeout, name + ": the name server does not answer");
    if (found->first) co_return unreachable(found->first, name);
    const auto [error, endpoint] = co_await asio::async_connect(socket_, found->second, tuple);
    if (error) co_return unreachable(timed(error), name);
    socket_.set_option(tcp::no_delay(true));
    co_return result<void>();
}

asio::awaitable<result<void>> connection::ask_proxy(const origin& to, const conf::proxy_settings& proxy) {
    const auto target = to.authority();
    std::string request = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
    if (!proxy.user.empty()) request += "Proxy-Authorization: Basic " + basic_credentials(proxy) + "\r\n";
    request += "\r\n";
    const auto name = "no tunnel through the proxy " + proxy.host;
    const auto [write_error, written] = co_await asio::async_write(socket_, asio::buffer(request), tuple);
    if (write_error) co_return unreachable(timed(write_error), name);

    beast::http::response_parser<beast::http::empty_body> parser;
    parser.skip(true);
    beast::flat_buffer answer;
    while (!parser.is_header_done()) {
        const auto [error, n] = co_await socket_.async_read_some(answer.prepare(4096), tuple);
        if (error) co_return unreachable(timed(error), name);
        answer.commit(n);
        boost::system::error_code parse_error;
        answer.consume(parser.put(answer.data(), parse_error));
        if (parse_error && parse_error != beast::http::error::need_more) co_return unreachable(parse_error, name);
    }
    const unsigned status = parser.get().result_int();
    if (status / 100 != 2) co_return refused_by_proxy(status, proxy, target);
    co_return result<void>();
}

asio::awaitable<result<void>> connection::start_tls(const origin& to) {
    tls_ = std::make_unique<asio::ssl::stream<tcp::socket&>>(socket_, *tls_context_);
    boost::system::error_code not_an_address;
    asio::ip::make_address(to.host, not_an_address);
    if (not_an_address) SSL_set_tlsext_host_name(tls_->native_handle(), to.host.c_str());
    std::string problem;
    asio::ssl::host_name_verification matches_name(to.host);
    const auto verify = [&problem, &matches_name](bool chain_is_good, asio::ssl::verify_context& context) {
        const bool good = matches_name(chain_is_good, context);
        if (!good && problem.empty()) {
            auto* const store = context.native_handle();
            problem = chain_is_good ? "the certificate is for another host"
                                    : X509_verify_cert_error_string(X509_STORE_CTX_get_error(store));
            problem += "; its issuer is " + issuer_of(store);
        }
        return good;
    };
    tls_->set_verify_mode(asio::ssl::verify_peer);
    tls_->set_verify_callback(verify);
    const auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::client, tuple);
    tls_->set_verify_callback([](bool, asio::ssl::verify_context&) { return false; });
    if (!problem.empty()) {
        co_return failure(errc::unavailable, "TLS verification of " + to.host + " failed: " + problem +
                                                 ". If a proxy inspects TLS here, put its CA into box.ca_file");
    }
    if (error) co_return unreachable(timed(error), "no TLS connection to " + to.host);
    co_return result<void>();
}

asio::awaitable<std::pair<connection::error_code, std::size_t>> connection::read_some(asio::mutable_buffer into,
                                                                                      clock::duration patience) {
    watchdog_.allow(patience);
    if (tls_) {
        const auto [error, n] = co_await tls_->async_read_some(into, tuple);
        co_return std::pair<error_code, std::size_t>(timed(error), n);
    }
    const auto [error, n] = co_await socket_.async_read_some(into, tuple);
    co_return std::pair<error_code, std::size_t>(timed(error), n);
}

asio::awaitable<std::pair<connection::error_code, std::size_t>> connection::write(
    std::vector<asio::const_buffer> buffers, clock::duration patience) {
    watchdog_.allow(patience);
    const auto slot = write_stop_.slot();
    std::pair<error_code, std::size_t> outcome;
    if (tls_) {
        const auto [error, n] = co_await asio::async_write(*tls_, buffers, asio::bind_cancellation_slot(slot, tuple));
        outcome = {error, n};
    } else {
        const auto [error, n] = co_await asio::async_write(socket_, buffers, asio::bind_cancellation_slot(slot, tuple));
        outcome = {error, n};
    }
    // The wait for the answer starts now, not when the write began.
    if (!outcome.first) watchdog_.allow(patience);
    outcome.first = timed(outcome.first);
    co_return outcome;
}

connection::error_code connection::timed(error_code error) const {
    return error && watchdog_.expired() ? error_code(asio::error::timed_out) : error;
}

void connection::close() {
    error_code ignored;
    socket_.close(ignored);
}

bool connection::is_stale() {
    char byte = 0;
    const auto n = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

storage::failure connection::broken(const error_code& error, const origin& to, const char* when) {
    if (error == asio::error::timed_out) return failure(errc::timeout, to.host + " went silent " + when);
    if (error == asio::error::eof || error == asio::ssl::error::stream_truncated) {
        return failure(errc::unavailable, to.host + " closed the connection " + when);
    }
    return failure(errc::unavailable, "the connection to " + to.host + " broke " + when + ": " + error.message());
}

}  // namespace boxgate::box::http
