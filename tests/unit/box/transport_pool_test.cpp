#include "tests/unit/box/transport_lab.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/test/unit_test.hpp>

// Kept connections, and their number.
BOOST_AUTO_TEST_SUITE(transport_pool)

namespace asio = boost::asio;
using namespace boxgate::box::http;
using namespace boxgate::testing;
using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using boxgate::storage::errc;

namespace {

// Answers only when told to; counts how many requests are under way.
struct gate {
    explicit gate(const asio::any_io_executor& executor) : open(executor, asio::steady_timer::time_point::max()) {}

    asio::awaitable<void> serve(peer_connection& connection) {
        for (;;) {
            const auto request = co_await connection.read_request();
            if (request.empty()) co_return;
            most = std::max(most, ++under_way);
            if (!opened) co_await open.async_wait(asio::as_tuple(asio::use_awaitable));
            --under_way;
            co_await connection.write(answer_of("ok"));
        }
    }
    void release() {
        opened = true;
        open.cancel();
    }

    asio::steady_timer open;
    bool opened = false;
    unsigned under_way = 0;
    unsigned most = 0;
};

struct gated_lab {
    explicit gated_lab(std::size_t limit) {
        lab.options.connections_per_host = limit;
        lab.start();
    }
    void ask(std::chrono::milliseconds patience = 10s) {
        auto what = lab.get();
        what.patience = patience;
        asio::co_spawn(lab.context, lab.transport->exchange(std::move(what)),
                       [this](std::exception_ptr, transport_lab::exchanged got) {
                           if (got.has_error()) return failures.push_back(got.error());
                           ++served;
                       });
    }
    template <class Condition>
    void run_until(Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + 5s;
        while (!condition() && std::chrono::steady_clock::now() < deadline) lab.context.run_one_for(100ms);
        BOOST_REQUIRE(condition());
    }

    transport_lab lab{[this](peer_connection& connection, unsigned) { return door.serve(connection); }};
    gate door{lab.context.get_executor()};
    unsigned served = 0;
    std::vector<transport_error> failures;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_kept_connection_that_was_closed_meanwhile_is_replaced_for_every_method) {
    for (const bool reset : {false, true}) {
        transport_lab lab([reset](peer_connection& connection, unsigned) -> asio::awaitable<void> {
            co_await connection.read_request();
            co_await connection.write(answer_of("one each"));
            if (reset) connection.reset();
        });
        for (unsigned i = 1; i <= 3; ++i) {
            BOOST_TEST(lab.body(lab.post("x")) == "one each");
            BOOST_TEST(lab.peer.connections() == i);
            while (lab.peer.open() > 0) lab.context.run_one_for(1s);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_read_is_repeated_once_where_a_kept_connection_dies_under_it) {
    transport_lab lab([](peer_connection& connection, unsigned) -> asio::awaitable<void> {
        co_await connection.read_request();
        co_await connection.write(answer_of("first on this one"));
        co_await connection.read_request();
        connection.reset();
    });
    for (const auto verb : {method::get, method::options}) {
        BOOST_TEST(lab.body(request(verb, lab.peer.url("/"))) == "first on this one");
    }
    BOOST_TEST(lab.peer.connections() == 2U);
}

BOOST_AUTO_TEST_CASE(a_change_is_not_repeated_but_said_to_be_in_doubt) {
    for (const auto verb : {method::post, method::put, method::del}) {
        unsigned requests = 0;
        transport_lab lab([&](peer_connection& connection, unsigned) -> asio::awaitable<void> {
            co_await connection.read_request();
            co_await connection.write(answer_of("ok"));
            if (!(co_await connection.read_request()).empty()) ++requests;
        });
        BOOST_TEST(lab.body(lab.get()) == "ok");
        const auto error = lab.fault(request(verb, lab.peer.url("/")));
        BOOST_TEST(error.what.code == errc::unavailable);
        BOOST_TEST(error.may_have_been_received);
        BOOST_TEST(requests == 1U);
        BOOST_TEST(lab.peer.connections() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_fresh_connection_that_dies_is_not_tried_again) {
    transport_lab lab(
        [](peer_connection& connection, unsigned) -> asio::awaitable<void> { co_await connection.read_request(); });
    BOOST_TEST(lab.fault(lab.get()).what.code == errc::unavailable);
    BOOST_TEST(lab.peer.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(a_read_that_was_half_answered_is_not_repeated) {
    transport_lab lab([](peer_connection& connection, unsigned) -> asio::awaitable<void> {
        co_await connection.read_request();
        co_await connection.write(answer_of("ok"));
        co_await connection.read_request();
        co_await connection.write("HTTP/1.1 2");
    });
    BOOST_TEST(lab.body(lab.get()) == "ok");
    BOOST_TEST(lab.fault(lab.get()).what.code == errc::unavailable);
    BOOST_TEST(lab.peer.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_given_up_after_a_while) {
    transport_lab lab(always(answer_of("ok")));
    lab.options.keep_idle = 0s;
    lab.start();
    BOOST_TEST(lab.body(lab.get()) == "ok");
    while (lab.peer.open() > 0) BOOST_REQUIRE(lab.context.run_one_for(5s) > 0U);
    BOOST_TEST(lab.body(lab.post("x")) == "ok");
    BOOST_TEST(lab.peer.connections() == 2U);
}

BOOST_AUTO_TEST_CASE(a_host_gets_no_more_connections_than_allowed) {
    gated_lab box(3);
    for (int i = 0; i < 10; ++i) box.ask();
    box.run_until([&] { return box.door.under_way == 3; });
    box.lab.context.poll();
    BOOST_TEST(box.door.most == 3U);
    box.door.release();
    box.run_until([&] { return box.served == 10; });
    BOOST_TEST(box.door.most == 3U);
    BOOST_TEST(box.lab.peer.connections() == 3U);
}

BOOST_AUTO_TEST_CASE(waiting_for_a_connection_has_a_deadline) {
    gated_lab box(1);
    box.ask();
    box.run_until([&] { return box.door.under_way == 1; });
    box.ask(20ms);
    box.run_until([&] { return !box.failures.empty(); });
    BOOST_TEST(box.failures[0].what.code == errc::timeout);
    BOOST_TEST(box.failures[0].what.detail.find("stayed busy") != std::string::npos);
    BOOST_TEST(!box.failures[0].may_have_been_received);
    box.door.release();
    box.run_until([&] { return box.served == 1; });
    box.ask();
    box.run_until([&] { return box.served == 2; });
}

BOOST_AUTO_TEST_CASE(one_who_leaves_the_line_does_not_hold_it_up) {
    gated_lab box(1);
    box.ask();
    box.run_until([&] { return box.door.under_way == 1; });
    asio::cancellation_signal leave;
    bool left = false;
    asio::co_spawn(
        box.lab.context, box.lab.transport->exchange(box.lab.get()),
        asio::bind_cancellation_slot(leave.slot(), [&](std::exception_ptr, transport_lab::exchanged) { left = true; }));
    box.lab.context.poll();
    box.ask();
    box.lab.context.poll();
    leave.emit(asio::cancellation_type::terminal);
    box.run_until([&] { return left; });
    box.door.release();
    box.run_until([&] { return box.served == 2; });
    BOOST_TEST(box.failures.empty());
}

BOOST_AUTO_TEST_CASE(one_who_leaves_in_the_moment_of_being_called_passes_the_turn_on) {
    gated_lab box(1);
    auto what = box.lab.get();
    what.stream_response = true;
    box.door.release();
    auto holder = box.lab.exchange(std::move(what));
    asio::cancellation_signal leave;
    bool left = false;
    asio::co_spawn(
        box.lab.context, box.lab.transport->exchange(box.lab.get()),
        asio::bind_cancellation_slot(leave.slot(), [&](std::exception_ptr, transport_lab::exchanged) { left = true; }));
    box.lab.context.poll();
    box.ask();
    box.lab.context.poll();
    holder->stream.reset();
    leave.emit(asio::cancellation_type::terminal);
    box.run_until([&] { return left && box.served == 1; });
    box.ask();
    box.run_until([&] { return box.served == 2; });
}

BOOST_AUTO_TEST_SUITE_END()
