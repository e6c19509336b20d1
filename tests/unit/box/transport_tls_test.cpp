#include "tests/unit/box/transport_lab.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(transport_tls)

namespace asio = boost::asio;
using namespace boxgate::box::http;
using namespace boxgate::testing;
using namespace std::chrono_literals;
using boxgate::storage::errc;

namespace {

bool says(const transport_error& error, const char* words) {
    return error.what.detail.find(words) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_server_known_by_ca_file_is_talked_to_by_name) {
    std::string name;
    transport_lab lab(
        [&](peer_connection& connection, unsigned) -> asio::awaitable<void> {
            name = connection.server_name();
            for (;;) {
                const auto request = co_await connection.read_request();
                if (request.empty()) co_return;
                co_await connection.write(answer_of("secret"));
            }
        },
        true);
    BOOST_TEST(lab.body(lab.get()) == "secret");
    BOOST_TEST(lab.body(lab.post("x")) == "secret");
    BOOST_TEST(name == "localhost");
    BOOST_TEST(lab.peer.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_server_may_be_known_by_its_address) {
    transport_lab lab(always(answer_of("ok")), true, {"127.0.0.1"});
    const auto port = std::to_string(lab.peer.port());
    BOOST_TEST(lab.body(request(method::get, "https://127.0.0.1:" + port + "/")) == "ok");
}

BOOST_AUTO_TEST_CASE(an_unknown_issuer_is_refused_and_named) {
    bool asked = false;
    transport_lab lab([&](peer_connection& connection,
                          unsigned) -> asio::awaitable<void> { asked = !(co_await connection.read_request()).empty(); },
                      true);
    lab.options.tls = make_client_tls({});
    lab.start();
    auto what = lab.get();
    what.headers.set("Authorization", "Bearer T1");
    const auto error = lab.fault(std::move(what));
    BOOST_TEST(error.what.code == errc::unavailable);
    BOOST_TEST(says(error, "TLS verification of localhost failed"), error.what.detail);
    BOOST_TEST(says(error, "boxgate test authority"), error.what.detail);
    BOOST_TEST(says(error, "box.ca_file"), error.what.detail);
    BOOST_TEST(!error.may_have_been_received);
    while (lab.peer.open() > 0) lab.context.run_one_for(1s);
    BOOST_TEST(!asked);
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_host_is_refused) {
    transport_lab lab(always(answer_of("ok")), true, {"api.example"});
    const auto error = lab.fault(lab.get());
    BOOST_TEST(error.what.code == errc::unavailable);
    BOOST_TEST(says(error, "the certificate is for another host"), error.what.detail);
}

BOOST_AUTO_TEST_CASE(a_server_without_tls_is_told) {
    transport_lab lab([](peer_connection& connection, unsigned) -> asio::awaitable<void> {
        co_await connection.write("220 smtp ready\r\n");
        co_await connection.read_head();
    });
    const auto port = std::to_string(lab.peer.port());
    const auto error = lab.fault(request(method::get, "https://localhost:" + port + "/"));
    BOOST_TEST(error.what.code == errc::unavailable);
    BOOST_TEST(says(error, "no TLS connection to localhost"), error.what.detail);
}

BOOST_AUTO_TEST_CASE(a_handshake_that_does_not_move_ends_at_the_deadline) {
    transport_lab lab(
        [](peer_connection& connection, unsigned) -> asio::awaitable<void> { co_await connection.read(1000000); });
    lab.options.connect_timeout = 1s;
    lab.start();
    const auto port = std::to_string(lab.peer.port());
    BOOST_TEST(lab.fault(request(method::get, "https://localhost:" + port + "/")).what.code == errc::timeout);
}

BOOST_AUTO_TEST_CASE(content_passes_unchanged_both_ways) {
    std::string content(5000000, '\0');
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7 + i / 251);
    transport_lab lab(
        [](peer_connection& connection, unsigned) -> asio::awaitable<void> {
            const auto text = co_await connection.read_request();
            co_await connection.write(answer_of(text.substr(text.find("\r\n\r\n") + 4)));
        },
        true);
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < content.size(); at += 262144) pieces.push_back(content.substr(at, 262144));
    auto what = lab.post(std::make_shared<text_body>(pieces));
    what.stream_response = true;
    const auto answer = lab.exchange(std::move(what));
    BOOST_TEST((lab.drain(*answer->stream, 100000) == content));
}

BOOST_AUTO_TEST_CASE(a_cut_is_not_taken_for_the_end) {
    for (const auto* bytes :
         {"HTTP/1.1 200 OK\r\n\r\nperhaps all", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nperhaps all"}) {
        transport_lab lab(
            [bytes](peer_connection& connection, unsigned) -> asio::awaitable<void> {
                co_await connection.read_request();
                co_await connection.write(bytes);
                connection.cut();
            },
            true);
        const auto error = lab.fault(lab.get());
        BOOST_TEST(error.what.code == errc::unavailable);
        BOOST_TEST(says(error, "closed the connection"), error.what.detail);
    }
}

BOOST_AUTO_TEST_CASE(an_end_in_order_is_the_end) {
    transport_lab lab(
        [](peer_connection& connection, unsigned) -> asio::awaitable<void> {
            co_await connection.read_request();
            co_await connection.write("HTTP/1.1 200 OK\r\n\r\nall of it");
            co_await connection.close();
        },
        true);
    BOOST_TEST(lab.body(lab.get()) == "all of it");
}

BOOST_AUTO_TEST_CASE(a_kept_connection_that_was_closed_meanwhile_is_replaced) {
    transport_lab lab(
        [](peer_connection& connection, unsigned) -> asio::awaitable<void> {
            co_await connection.read_request();
            co_await connection.write(answer_of("one each"));
            connection.cut();
        },
        true);
    for (unsigned i = 1; i <= 2; ++i) {
        BOOST_TEST(lab.body(lab.post("x")) == "one each");
        while (lab.peer.open() > 0) lab.context.run_one_for(1s);
    }
    BOOST_TEST(lab.peer.connections() == 2U);
}

BOOST_AUTO_TEST_CASE(an_early_answer_counts_while_the_body_is_still_going_out) {
    transport_lab lab(
        [](peer_connection& connection, unsigned) -> asio::awaitable<void> {
            co_await connection.read_head();
            co_await connection.write(answer_of("", "409 Conflict"));
            asio::steady_timer never(connection.socket().get_executor(), asio::steady_timer::time_point::max());
            co_await never.async_wait(asio::use_awaitable);
        },
        true);
    const std::vector<std::string> pieces(64, std::string(256 * 1024, 'x'));
    BOOST_TEST(lab.exchange(lab.post(std::make_shared<text_body>(pieces))).value().status == 409U);
}

BOOST_AUTO_TEST_CASE(a_ca_file_that_cannot_be_read_is_named) {
    const temp_dir files;
    const auto empty = files.write("empty.pem", "");
    for (const auto& file : {files / "missing.pem", empty}) {
        BOOST_CHECK_EXCEPTION(make_client_tls(file), std::runtime_error, [&](const auto& error) {
            return std::string_view(error.what()).find(file.string()) != std::string_view::npos &&
                   std::string_view(error.what()).starts_with("box.ca_file");
        });
    }
}

BOOST_AUTO_TEST_SUITE_END()
