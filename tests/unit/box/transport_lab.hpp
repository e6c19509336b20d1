#pragma once

#include "box/http/beast_transport.hpp"
#include "tests/support/http_peer.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/text_body.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>

namespace boxgate::testing {

/// A Beast transport and a server of the test's own in one io_context.
struct transport_lab {
    using exchanged = boost::system::result<box::http::response, box::http::transport_error>;

    explicit transport_lab(http_peer::handler serve, bool tls = false, std::vector<std::string> names = {"localhost"})
        : peer(context.get_executor(), std::move(serve), tls ? std::optional(authority.issue(names)) : std::nullopt) {
        options.tls = box::http::make_client_tls(files.write("ca.pem", authority.certificate()));
        options.connect_timeout = std::chrono::seconds(5);
        start();
    }

    /// Makes the transport anew, with `options` as they are now.
    void start() { transport = box::http::make_beast_transport(context.get_executor(), options); }

    box::http::request get(const std::string& target = "/") {
        return box::http::request(box::http::method::get, peer.url(target));
    }
    box::http::request post(std::string body) {
        box::http::request what(box::http::method::post, peer.url("/"));
        what.body = std::move(body);
        return what;
    }
    box::http::request post(std::shared_ptr<text_body> body) {
        box::http::request what(box::http::method::post, peer.url("/"));
        what.body = std::shared_ptr<box::http::body_source>(std::move(body));
        return what;
    }

    exchanged exchange(box::http::request what) { return run_coro(context, transport->exchange(std::move(what))); }
    std::string body(box::http::request what) { return exchange(std::move(what)).value().body; }
    box::http::transport_error fault(box::http::request what) { return exchange(std::move(what)).error(); }

    /// The whole of a stream, in pieces of at most `piece` bytes.
    std::string drain(box::http::body_stream& stream, std::size_t piece = 4096) {
        std::string all;
        std::string into(piece, '\0');
        while (true) {
            const auto n = run_coro(context, stream.read_some(std::as_writable_bytes(std::span(into)))).value();
            if (n == 0) return all;
            all.append(into, 0, n);
        }
    }

    boost::asio::io_context context;
    temp_dir files;
    test_authority authority;
    http_peer peer;
    box::http::transport_options options;
    std::unique_ptr<box::http::transport> transport;
};

/// An answer with a Content-Length.
inline std::string answer_of(std::string body, std::string status = "200 OK", std::string more_headers = {}) {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more_headers +
           "\r\n" + body;
}

/// Answers every request on every connection with the same text.
inline http_peer::handler always(std::string answer) {
    return [answer](peer_connection& connection, unsigned) -> boost::asio::awaitable<void> {
        for (;;) {
            const auto request = co_await connection.read_request();
            if (request.empty()) co_return;
            co_await connection.write(answer);
        }
    };
}

}  // namespace boxgate::testing
