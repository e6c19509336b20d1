#include "tests/unit/box/transport_lab.hpp"

#include <boost/test/unit_test.hpp>

// What a transport does while all goes well.
BOOST_AUTO_TEST_SUITE(transport)

namespace asio = boost::asio;
using namespace boxgate::box::http;
using namespace boxgate::testing;
using boxgate::storage::errc;

BOOST_AUTO_TEST_CASE(an_answer_of_known_length_is_collected) {
    transport_lab lab(always(answer_of("hello", "404 Not Found", "box-REQUEST-id: r1\r\n")));
    const auto answer = lab.exchange(lab.get());
    BOOST_TEST(answer->status == 404U);
    BOOST_TEST(answer->body == "hello");
    BOOST_TEST(answer->headers["Box-Request-Id"] == "r1");
    BOOST_TEST(!answer->stream);
}

BOOST_AUTO_TEST_CASE(a_request_is_written_as_http_wants_it) {
    std::string seen;
    transport_lab lab([&](peer_connection& connection, unsigned) -> asio::awaitable<void> {
        while (true) {
            seen = co_await connection.read_request();
            if (seen.empty()) co_return;
            co_await connection.write(answer_of(""));
        }
    });
    const auto host = "Host: localhost:" + std::to_string(lab.peer.port()) + "\r\n";
    auto plain = lab.get("/2.0/users?filter_term=a%40b");
    plain.headers.set("As-User", "33");
    lab.body(std::move(plain));
    BOOST_TEST(seen ==
               "GET /2.0/users?filter_term=a%40b HTTP/1.1\r\n" + host + "User-Agent: boxgate\r\nAs-User: 33\r\n\r\n");
    lab.body(lab.post("{}"));
    BOOST_TEST(seen == "POST / HTTP/1.1\r\n" + host + "User-Agent: boxgate\r\nContent-Length: 2\r\n\r\n{}");
    lab.body(request(method::del, lab.peer.url("")));
    BOOST_TEST(seen == "DELETE / HTTP/1.1\r\n" + host + "User-Agent: boxgate\r\nContent-Length: 0\r\n\r\n");
    auto preflight = request(method::options, lab.peer.url("/x"));
    preflight.body = std::string("{}");
    lab.body(std::move(preflight));
    BOOST_TEST(seen == "OPTIONS /x HTTP/1.1\r\n" + host + "User-Agent: boxgate\r\nContent-Length: 2\r\n\r\n{}");
    BOOST_TEST(lab.peer.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_chunked_answer_that_comes_at_once_is_read_to_its_end) {
    transport_lab lab(
        always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
               "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer: z\r\n\r\n"));
    BOOST_TEST(lab.body(lab.get()) == "hello world");
    BOOST_TEST(lab.body(lab.get()) == "hello world");
    BOOST_TEST(lab.peer.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_chunked_answer_that_dribbles_is_read_to_its_end) {
    const std::string text =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nb\r\n wonderland\r\n0\r\n\r\n";
    transport_lab lab([&](peer_connection& connection, unsigned) -> asio::awaitable<void> {
        for (;;) {
            const auto request = co_await connection.read_request();
            if (request.empty()) co_return;
            for (const char c : text) {
                co_await connection.write(std::string(1, c));
                // Lets the other side see this byte by itself.
                co_await asio::post(connection.socket().get_executor(), asio::use_awaitable);
            }
        }
    });
    BOOST_TEST(lab.body(lab.get()) == "hello wonderland");
    auto streamed = lab.get();
    streamed.stream_response = true;
    const auto answer = lab.exchange(std::move(streamed));
    BOOST_TEST(lab.drain(*answer->stream, 3) == "hello wonderland");
    BOOST_TEST(lab.peer.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(an_answer_without_a_length_ends_with_its_connection) {
    transport_lab lab([](peer_connection& connection, unsigned) -> asio::awaitable<void> {
        co_await connection.read_request();
        co_await connection.write("HTTP/1.1 200 OK\r\n\r\nall of it");
    });
    BOOST_TEST(lab.body(lab.get()) == "all of it");
    BOOST_TEST(lab.body(lab.get()) == "all of it");
    BOOST_TEST(lab.peer.connections() == 2U);
}

BOOST_AUTO_TEST_CASE(answers_without_a_body_leave_the_connection_in_order) {
    for (const auto* head :
         {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
          "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"}) {
        transport_lab lab(always(head));
        BOOST_TEST(lab.body(lab.get()) == "");
        BOOST_TEST(lab.body(lab.post("x")) == "");
        BOOST_TEST(lab.peer.connections() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(interim_answers_are_passed_over) {
    transport_lab lab(
        always("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + answer_of("real")));
    BOOST_TEST(lab.body(lab.post("x")) == "real");
    BOOST_TEST(lab.body(lab.post("x")) == "real");
    BOOST_TEST(lab.peer.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_to_be_closed_is_not_used_again) {
    transport_lab lab(always(answer_of("x", "200 OK", "Connection: close\r\n")));
    lab.body(lab.get());
    lab.body(lab.get());
    BOOST_TEST(lab.peer.connections() == 2U);
}

BOOST_AUTO_TEST_CASE(a_streamed_answer_arrives_in_the_callers_memory) {
    std::string content(300000, '\0');
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7 + i / 251);
    transport_lab lab(always(answer_of(content, "206 Partial Content")));
    auto what = lab.get();
    what.stream_response = true;
    auto answer = lab.exchange(std::move(what));
    BOOST_TEST(answer->status == 206U);
    BOOST_REQUIRE(answer->stream);
    BOOST_TEST((lab.drain(*answer->stream, 70000) == content));
    BOOST_TEST(lab.drain(*answer->stream).empty());
    lab.body(lab.get());
    BOOST_TEST(lab.peer.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(only_content_is_streamed) {
    transport_lab lab(always(answer_of(R"({"code":"not_found"})", "404 Not Found")));
    auto what = lab.get();
    what.stream_response = true;
    const auto answer = lab.exchange(std::move(what));
    BOOST_TEST(!answer->stream);
    BOOST_TEST(answer->body == R"({"code":"not_found"})");
}

BOOST_AUTO_TEST_CASE(an_empty_stream_ends_at_once) {
    transport_lab lab(always(answer_of("")));
    auto what = lab.get();
    what.stream_response = true;
    const auto answer = lab.exchange(std::move(what));
    BOOST_TEST(lab.drain(*answer->stream).empty());
    BOOST_TEST(lab.body(lab.get()) == "");
    BOOST_TEST(lab.peer.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_stream_that_is_left_closes_its_connection) {
    transport_lab lab(always(answer_of(std::string(100000, 'x'))));
    auto what = lab.get();
    what.stream_response = true;
    auto answer = lab.exchange(std::move(what));
    answer->stream.reset();
    BOOST_TEST(lab.body(lab.get()).size() == 100000U);
    BOOST_TEST(lab.peer.connections() == 2U);
}

BOOST_AUTO_TEST_CASE(a_stream_may_outlive_its_transport) {
    transport_lab lab(always(answer_of(std::string(100000, 'x'))));
    auto what = lab.get();
    what.stream_response = true;
    auto answer = lab.exchange(std::move(what));
    lab.transport.reset();
    BOOST_TEST(lab.drain(*answer->stream).size() == 100000U);
}

BOOST_AUTO_TEST_CASE(a_produced_body_is_sent_with_its_length) {
    std::string seen;
    transport_lab lab([&](peer_connection& connection, unsigned) -> asio::awaitable<void> {
        while (true) {
            const auto text = co_await connection.read_request();
            if (text.empty()) co_return;
            seen = text;
            co_await connection.write(answer_of("stored", "201 Created"));
        }
    });
    const std::string big(700000, 'b');
    BOOST_TEST(lab.body(lab.post(std::make_shared<text_body>(std::vector<std::string>{"a", big, "c"}))) == "stored");
    BOOST_TEST(seen.find("\r\nContent-Length: 700002\r\n") != std::string::npos);
    BOOST_TEST((seen.substr(seen.find("\r\n\r\n") + 4) == "a" + big + "c"));
    BOOST_TEST(lab.body(lab.post(std::make_shared<text_body>(std::vector<std::string>{}))) == "stored");
    BOOST_TEST(seen.ends_with("\r\nContent-Length: 0\r\n\r\n"));
    BOOST_TEST(lab.peer.connections() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
