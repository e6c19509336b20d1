#include "tests/unit/box/transport_lab.hpp"

#include <boost/test/unit_test.hpp>

// What a transport makes of peers that misbehave.
BOOST_AUTO_TEST_SUITE(transport_faults)

namespace asio = boost::asio;
using namespace boxgate::box::http;
using namespace boxgate::testing;
using namespace std::chrono_literals;
using boxgate::storage::errc;
using boxgate::storage::failure;

namespace {

bool says(const transport_error& error, const char* words) {
    return error.what.detail.find(words) != std::string::npos;
}

// Reads a request and answers with bytes that end in the middle of something.
http_peer::handler once(std::string bytes) {
    return [bytes](peer_connection& connection, unsigned) -> asio::awaitable<void> {
        co_await connection.read_request();
        co_await connection.write(bytes);
    };
}

asio::awaitable<void> until_the_end(peer_connection& connection) {
    co_await connection.read(1);
}

std::shared_ptr<text_body> big_body() {
    return std::make_shared<text_body>(std::vector<std::string>(64, std::string(256 * 1024, 'x')));
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_address_that_is_none_is_refused) {
    transport_lab lab(always(answer_of("")));
    for (const auto* url : {"", "localhost", "ftp://localhost/", "https://a%0d%0aX:1/"}) {
        const auto error = lab.fault(request(method::get, url));
        BOOST_TEST(error.what.code == errc::internal);
        BOOST_TEST(!error.may_have_been_received);
    }
}

BOOST_AUTO_TEST_CASE(nobody_listening_is_told_with_host_and_port) {
    transport_lab lab(always(answer_of("")));
    asio::ip::tcp::acceptor closed(lab.context, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    const auto port = std::to_string(closed.local_endpoint().port());
    closed.close();
    const auto error = lab.fault(request(method::post, "http://127.0.0.1:" + port + "/"));
    BOOST_TEST(error.what.code == errc::unavailable);
    BOOST_TEST(says(error, ("cannot reach 127.0.0.1 port " + port).c_str()), error.what.detail);
    BOOST_TEST(says(error, "refused"), error.what.detail);
    BOOST_TEST(!error.may_have_been_received);
}

BOOST_AUTO_TEST_CASE(a_host_without_an_address_is_told) {
    transport_lab lab(always(answer_of("")));
    // Longer than a label may be: no name server is asked.
    const auto error = lab.fault(request(method::get, "http://" + std::string(64, 'a') + ".invalid/"));
    BOOST_TEST(error.what.code == errc::unavailable);
    BOOST_TEST(says(error, "cannot reach aaaa"), error.what.detail);
}

BOOST_AUTO_TEST_CASE(an_answer_that_breaks_off_is_no_answer) {
    const char* cases[] = {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n",
                           "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"};
    for (const auto* bytes : cases) {
        transport_lab lab(once(bytes));
        const auto error = lab.fault(lab.get());
        BOOST_TEST(error.what.code == errc::unavailable, bytes);
        BOOST_TEST(error.may_have_been_received);
        BOOST_TEST(says(error, "localhost closed the connection"), error.what.detail);
        BOOST_TEST(lab.peer.connections() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_stream_that_breaks_off_fails_and_stays_failed) {
    transport_lab lab(once("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"));
    auto what = lab.get();
    what.stream_response = true;
    const auto answer = lab.exchange(std::move(what));
    std::string into(10, '\0');
    const auto room = std::as_writable_bytes(std::span(into));
    BOOST_TEST(run_coro(lab.context, answer->stream->read_some(room)).value() == 5U);
    for (int i = 0; i < 2; ++i) {
        const auto broken = run_coro(lab.context, answer->stream->read_some(room));
        BOOST_REQUIRE(broken.has_error());
        BOOST_TEST(broken.error().code == errc::unavailable);
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_http_is_refused) {
    for (const auto* bytes : {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 banana\r\n\r\n", "\x16\x03\x01\x02"}) {
        transport_lab lab(once(std::string(bytes) + std::string(64, '\n')));
        const auto error = lab.fault(lab.get());
        BOOST_TEST(error.what.code == errc::unavailable);
        BOOST_TEST(says(error, "did not answer in HTTP"), error.what.detail);
    }
}

BOOST_AUTO_TEST_CASE(endless_answers_are_cut) {
    {
        transport_lab lab(once("HTTP/1.1 200 OK\r\nX: " + std::string(100000, 'x') + "\r\n\r\n"));
        BOOST_TEST(lab.fault(lab.get()).what.code == errc::unavailable);
    }
    {
        transport_lab lab(once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(200000, 'x')));
        BOOST_TEST(lab.fault(lab.get()).what.code == errc::unavailable);
    }
    {
        transport_lab lab(once(answer_of(std::string(16 * 1024 * 1024 + 1, 'x'))));
        const auto error = lab.fault(lab.get());
        BOOST_TEST(error.what.code == errc::unavailable);
        BOOST_TEST(says(error, "16 MiB"), error.what.detail);
    }
    {
        transport_lab lab(once(answer_of(std::string(16 * 1024 * 1024, 'x'))));
        BOOST_TEST(lab.body(lab.get()).size() == 16U * 1024 * 1024);
    }
}

BOOST_AUTO_TEST_CASE(silence_ends_at_the_deadline) {
    for (const auto* bytes : {"", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"}) {
        transport_lab lab([bytes](peer_connection& connection, unsigned) -> asio::awaitable<void> {
            co_await connection.read_request();
            co_await connection.write(bytes);
            co_await until_the_end(connection);
        });
        auto what = lab.get();
        what.patience = 50ms;
        const auto error = lab.fault(std::move(what));
        BOOST_TEST(error.what.code == errc::timeout);
        BOOST_TEST(says(error, "localhost went silent"), error.what.detail);
        BOOST_TEST(error.may_have_been_received);
    }
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_read_ends_at_the_deadline) {
    transport_lab lab([](peer_connection& connection, unsigned) -> asio::awaitable<void> {
        co_await connection.read_head();
        asio::steady_timer never(connection.socket().get_executor(), asio::steady_timer::time_point::max());
        co_await never.async_wait(asio::use_awaitable);
    });
    auto what = lab.post(big_body());
    what.patience = 100ms;
    BOOST_TEST(lab.fault(std::move(what)).what.code == errc::timeout);
}

BOOST_AUTO_TEST_CASE(a_reader_may_be_slower_than_the_peer_s_deadline) {
    transport_lab lab(always(answer_of(std::string(3000000, 'x'))));
    auto what = lab.get();
    what.stream_response = true;
    what.patience = 50ms;
    const auto answer = lab.exchange(std::move(what));
    std::string into(1000, '\0');
    const auto room = std::as_writable_bytes(std::span(into));
    std::size_t total = run_coro(lab.context, answer->stream->read_some(room)).value();
    asio::steady_timer meanwhile(lab.context, 150ms);
    run_coro(lab.context, meanwhile.async_wait(asio::use_awaitable));
    total += lab.drain(*answer->stream, 100000).size();
    BOOST_TEST(total == 3000000U);
}

BOOST_AUTO_TEST_CASE(an_early_answer_counts_while_the_body_is_still_going_out) {
    for (const auto* answer : {"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
                               "HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\n\r\nbig!"}) {
        transport_lab lab([answer](peer_connection& connection, unsigned number) -> asio::awaitable<void> {
            if (number > 1) {
                co_await connection.read_request();
                co_return co_await connection.write(answer_of("second"));
            }
            // Never reads the body, never closes: only the answer can end the sending.
            co_await connection.read_head();
            co_await connection.write(answer);
            asio::steady_timer never(connection.socket().get_executor(), asio::steady_timer::time_point::max());
            co_await never.async_wait(asio::use_awaitable);
        });
        const auto got = lab.exchange(lab.post(big_body()));
        BOOST_TEST(got.value().status / 100 == 4U);
        // Half a request is on that connection: nobody may use it again.
        BOOST_TEST(lab.body(lab.get()) == "second");
        BOOST_TEST(lab.peer.connections() == 2U);
    }
}

BOOST_AUTO_TEST_CASE(an_early_answer_counts_even_if_the_line_is_cut_behind_it) {
    transport_lab lab([](peer_connection& connection, unsigned) -> asio::awaitable<void> {
        co_await connection.read_head();
        co_await connection.write("HTTP/1.1 413 Too Large\r\nContent-Length: 1000\r\n\r\n{");
        co_await connection.read(100000);
        connection.cut();  // with bytes unread: a reset
    });
    const auto got = lab.exchange(lab.post(big_body()));
    BOOST_TEST(got.value().status == 413U);
}

BOOST_AUTO_TEST_CASE(an_early_answer_counts_even_if_the_body_fails_behind_it) {
    transport_lab lab([](peer_connection& connection, unsigned) -> asio::awaitable<void> {
        co_await connection.read_head();
        co_await connection.write(answer_of("no", "403 Forbidden"));
        asio::steady_timer never(connection.socket().get_executor(), asio::steady_timer::time_point::max());
        co_await never.async_wait(asio::use_awaitable);
    });
    const auto body = std::make_shared<text_body>(std::vector<std::string>{"half"});
    body->announce(1000);
    body->end_after(std::chrono::milliseconds(300));
    body->fail_at_end(failure(errc::busy, "no memory became free"));
    const auto got = lab.exchange(lab.post(body));
    BOOST_REQUIRE(!got.has_error());
    BOOST_TEST(got->status == 403U);
}

BOOST_AUTO_TEST_CASE(a_body_that_fails_breaks_the_request_off) {
    std::string seen = "nothing";
    transport_lab lab([&](peer_connection& connection, unsigned) -> asio::awaitable<void> {
        const auto head = co_await connection.read_head();
        seen = co_await connection.read(1000);
    });
    const auto body = std::make_shared<text_body>(std::vector<std::string>{"half"});
    body->announce(1000);
    body->fail_at_end(failure(errc::aborted, "the client went away"));
    const auto error = lab.fault(lab.post(body));
    BOOST_TEST(error.what.code == errc::aborted);
    BOOST_TEST(error.what.detail == "the client went away");
    while (lab.peer.open() > 0) lab.context.run_one_for(1s);
    BOOST_TEST(seen == "half");
}

BOOST_AUTO_TEST_CASE(a_body_of_another_length_than_announced_breaks_the_request_off) {
    for (const std::uint64_t announced : {3U, 5U}) {
        transport_lab lab(always(answer_of("stored")));
        const auto body = std::make_shared<text_body>(std::vector<std::string>{"half"});
        body->announce(announced);
        const auto error = lab.fault(lab.post(body));
        BOOST_TEST(error.what.code == errc::internal);
        BOOST_TEST(says(error, "not as long as announced"), error.what.detail);
    }
}

BOOST_AUTO_TEST_CASE(an_exchange_that_is_cancelled_closes_its_connection) {
    using namespace asio::experimental::awaitable_operators;
    bool asked = false;
    transport_lab lab([&](peer_connection& connection, unsigned) -> asio::awaitable<void> {
        co_await connection.read_head();
        asked = true;
        co_await until_the_end(connection);
    });
    for (const bool streaming : {false, true}) {
        asked = false;
        asio::steady_timer leave(lab.context, asio::steady_timer::time_point::max());
        auto either = lab.transport->exchange(streaming ? lab.post(big_body()) : lab.get()) ||
                      leave.async_wait(asio::as_tuple(asio::use_awaitable));
        bool ended = false;
        asio::co_spawn(lab.context, std::move(either), [&](std::exception_ptr, auto) { ended = true; });
        while (!asked) lab.context.run_one_for(1s);
        leave.cancel();
        while (!ended || lab.peer.open() > 0) BOOST_REQUIRE(lab.context.run_one_for(5s) > 0U);
    }
}

BOOST_AUTO_TEST_SUITE_END()
