#include "tests/unit/box/transport_lab.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

// Through an HTTP proxy: by CONNECT, and never around it.
BOOST_AUTO_TEST_SUITE(connect_proxy)

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace boxgate::box::http;
using namespace boxgate::testing;
using namespace std::chrono_literals;
using boxgate::storage::errc;

namespace {

asio::awaitable<void> relay(tcp::socket& from, tcp::socket& to) {
    std::string bytes(65536, '\0');
    while (true) {
        const auto [error, n] = co_await from.async_read_some(asio::buffer(bytes), asio::as_tuple(asio::use_awaitable));
        boost::system::error_code ignored;
        if (error) {
            to.shutdown(tcp::socket::shutdown_send, ignored);
            co_return;
        }
        co_await asio::async_write(to, asio::buffer(bytes, n), asio::as_tuple(asio::use_awaitable));
    }
}

// A transport behind a proxy that answers CONNECT as told, and leads every tunnel to the lab's server.
struct proxy_lab {
    explicit proxy_lab(std::string answer, bool tls = false, std::vector<std::string> names = {"box.test"})
        : target(always(answer_of("through")), tls, std::move(names)),
          proxy(target.context.get_executor(),
                [this, answer](peer_connection& connection, unsigned) -> asio::awaitable<void> {
                    seen = co_await connection.read_head();
                    co_await connection.write(answer);
                    if (!answer.starts_with("HTTP/1.1 200")) co_return;
                    tcp::socket onward(connection.socket().get_executor());
                    const tcp::endpoint where(asio::ip::address_v4::loopback(), target.peer.port());
                    co_await onward.async_connect(where, asio::use_awaitable);
                    using namespace asio::experimental::awaitable_operators;
                    auto both = relay(connection.socket(), onward) && relay(onward, connection.socket());
                    co_await std::move(both);
                }) {
        boxgate::conf::proxy_settings settings;
        settings.host = "localhost";
        settings.port = proxy.port();
        use(settings);
    }
    void use(boxgate::conf::proxy_settings settings) {
        target.options.proxy = std::move(settings);
        target.start();
    }
    void sign_in(std::string user, std::string password) {
        auto settings = *target.options.proxy;
        settings.user = std::move(user);
        settings.password = boxgate::conf::secret(std::move(password));
        use(std::move(settings));
    }
    // A name that only the proxy could know.
    transport_error fault() { return target.fault(request(method::post, "https://box.test/")); }

    std::string seen;
    transport_lab target;
    http_peer proxy;
};

bool says(const transport_error& error, const char* words) {
    return error.what.detail.find(words) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(tls_goes_through_the_tunnel_to_a_name_that_only_the_proxy_knows) {
    proxy_lab lab("HTTP/1.1 200 Connection established\r\n\r\n", true);
    BOOST_TEST(lab.target.body(request(method::get, "https://box.test/")) == "through");
    BOOST_TEST(lab.seen == "CONNECT box.test:443 HTTP/1.1\r\nHost: box.test:443\r\n\r\n");
    BOOST_TEST(lab.target.body(request(method::get, "https://box.test/")) == "through");
    BOOST_TEST(lab.proxy.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(plain_http_goes_through_a_tunnel_too) {
    proxy_lab lab("HTTP/1.1 200 OK\r\nVia: 1.1 squid\r\n\r\n");
    BOOST_TEST(lab.target.body(request(method::get, "http://box.test:8080/x")) == "through");
    BOOST_TEST(lab.seen == "CONNECT box.test:8080 HTTP/1.1\r\nHost: box.test:8080\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(the_proxy_is_given_user_and_password_and_box_is_not) {
    proxy_lab lab("HTTP/1.1 200 OK\r\n\r\n");
    lab.sign_in("Aladdin", "open sesame");
    BOOST_TEST(lab.target.body(request(method::get, "http://box.test/")) == "through");
    BOOST_TEST(lab.seen.find("\r\nProxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_proxy_that_wants_a_password_is_told_apart_from_one_that_refuses_it) {
    proxy_lab lab("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 5\r\n\r\nlogin");
    const auto missing = lab.fault();
    BOOST_TEST(missing.what.code == errc::unavailable);
    BOOST_TEST(says(missing, "407"), missing.what.detail);
    BOOST_TEST(says(missing, "box.proxy"), missing.what.detail);
    BOOST_TEST(!says(missing, "not accepted"), missing.what.detail);
    BOOST_TEST(!missing.may_have_been_received);
    lab.sign_in("ann", "hunter2");
    const auto wrong = lab.fault();
    BOOST_TEST(says(wrong, "not accepted"), wrong.what.detail);
    BOOST_TEST(!says(wrong, "hunter2"), wrong.what.detail);
}

BOOST_AUTO_TEST_CASE(a_proxy_that_forbids_box_says_which_hosts_to_allow) {
    proxy_lab lab("HTTP/1.1 403 Forbidden\r\n\r\n");
    const auto error = lab.fault();
    BOOST_TEST(says(error, "forbids connections to box.test:443"), error.what.detail);
    BOOST_TEST(says(error, "api.box.com, upload.box.com and dl.boxcloud.com"), error.what.detail);
}

BOOST_AUTO_TEST_CASE(a_proxy_that_cannot_reach_box_says_so) {
    proxy_lab lab("HTTP/1.1 503 Service Unavailable\r\n\r\n");
    const auto error = lab.fault();
    BOOST_TEST(says(error, "could not connect to box.test:443 (it answered 503)"), error.what.detail);
    BOOST_TEST(!error.may_have_been_received);
}

BOOST_AUTO_TEST_CASE(what_is_no_proxy_is_told) {
    proxy_lab lab("SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n");
    const auto error = lab.fault();
    BOOST_TEST(error.what.code == errc::unavailable);
    BOOST_TEST(says(error, "no tunnel through the proxy localhost"), error.what.detail);
}

BOOST_AUTO_TEST_CASE(without_its_proxy_a_transport_reaches_nobody) {
    proxy_lab lab("HTTP/1.1 200 OK\r\n\r\n");
    auto settings = *lab.target.options.proxy;
    tcp::acceptor closed(lab.target.context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    settings.port = closed.local_endpoint().port();
    closed.close();
    lab.use(settings);
    const auto error = lab.target.fault(lab.target.get());
    BOOST_TEST(says(error, "cannot reach the proxy localhost"), error.what.detail);
    lab.target.context.poll();
    BOOST_TEST(lab.target.peer.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(a_proxy_that_does_not_answer_ends_at_the_deadline) {
    proxy_lab lab("");
    http_peer silent(
        lab.target.context.get_executor(),
        [](peer_connection& connection, unsigned) -> asio::awaitable<void> { co_await connection.read(1000000); });
    auto settings = *lab.target.options.proxy;
    settings.port = silent.port();
    lab.target.options.connect_timeout = 1s;
    lab.use(settings);
    BOOST_TEST(lab.fault().what.code == errc::timeout);
}

BOOST_AUTO_TEST_SUITE_END()
