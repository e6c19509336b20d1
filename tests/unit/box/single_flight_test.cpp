#include "box/single_flight.hpp"

#include "tests/support/run_coro.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <stdexcept>

BOOST_AUTO_TEST_SUITE(single_flight)

namespace asio = boost::asio;
using namespace boxgate;
using boxgate::testing::run_coro;
using flights = box::single_flight<std::string, int>;
using outcome = flights::outcome;

namespace {

// Work that waits for land(), and counts how often it was begun.
struct lab {
    flights::work work(int value) {
        return [this, value]() -> asio::awaitable<outcome> {
            ++begun;
            while (!landed) co_await gate.async_wait(asio::as_tuple(asio::use_awaitable));
            if (fault) throw std::runtime_error("crashed");
            co_return outcome(value);
        };
    }
    void land() {
        landed = true;
        gate.cancel();
    }
    void ask(const std::string& key, int value) {
        const auto asker = [](lab& self, std::string of, int want) -> asio::awaitable<void> {
            const auto start = self.work(want);
            auto got = co_await self.subject.join(std::move(of), start);
            self.answers.push_back(got.has_value() ? *got : -1);
        };
        asio::co_spawn(context, asker(*this, key, value), asio::detached);
        context.restart();
        context.poll();
    }
    void poll() {
        context.restart();
        context.poll();
    }

    asio::io_context context;
    asio::steady_timer gate{context, asio::steady_timer::time_point::max()};
    flights subject;
    int begun = 0;
    bool landed = false;
    bool fault = false;
    std::vector<int> answers;
};

}  // namespace

BOOST_AUTO_TEST_CASE(all_who_ask_for_the_same_share_one_flight) {
    lab box;
    for (int i = 0; i < 5; ++i) box.ask("a", 7);
    BOOST_TEST(box.begun == 1);
    BOOST_TEST(box.subject.in_flight("a"));
    box.land();
    box.poll();
    BOOST_TEST((box.answers == std::vector<int>(5, 7)));
    BOOST_TEST(!box.subject.in_flight("a"));
}

BOOST_AUTO_TEST_CASE(other_keys_and_later_askers_fly_by_themselves) {
    lab box;
    box.ask("a", 1);
    box.ask("b", 2);
    BOOST_TEST(box.begun == 2);
    box.land();
    box.poll();
    box.ask("a", 3);
    BOOST_TEST(box.begun == 3);
    BOOST_TEST((box.answers == std::vector<int>{1, 2, 3}));
}

BOOST_AUTO_TEST_CASE(work_that_throws_fails_for_all_and_leaves_the_map) {
    lab box;
    box.fault = true;
    box.ask("a", 1);
    box.ask("a", 1);
    box.land();
    box.poll();
    BOOST_TEST((box.answers == std::vector<int>{-1, -1}));
    BOOST_TEST(!box.subject.in_flight("a"));
}

BOOST_AUTO_TEST_CASE(an_asker_that_leaves_ends_nothing) {
    lab box;
    asio::cancellation_signal leave;
    bool left = false;
    const auto asker = [](lab& self) -> asio::awaitable<void> {
        const auto start = self.work(7);
        (void)co_await self.subject.join("a", start);
    };
    asio::co_spawn(box.context, asker(box),
                   asio::bind_cancellation_slot(leave.slot(), [&](std::exception_ptr error) { left = bool(error); }));
    box.poll();
    box.ask("a", 7);
    leave.emit(asio::cancellation_type::terminal);
    box.poll();
    BOOST_TEST(left);
    BOOST_TEST(box.subject.in_flight("a"));
    box.land();
    box.poll();
    BOOST_TEST(box.begun == 1);
    BOOST_TEST((box.answers == std::vector<int>{7}));
}

BOOST_AUTO_TEST_CASE(work_that_ends_at_once_is_answered_at_once) {
    lab box;
    box.landed = true;
    box.ask("a", 9);
    BOOST_TEST((box.answers == std::vector<int>{9}));
}

BOOST_AUTO_TEST_SUITE_END()
