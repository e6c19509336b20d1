#include "box/spool_budget.hpp"

#include "tests/support/run_coro.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/test/unit_test.hpp>

#include <optional>
#include <vector>

BOOST_AUTO_TEST_SUITE(spool_budget)

namespace asio = boost::asio;
using boxgate::testing::run_coro;
using namespace std::chrono_literals;

namespace {

using claim = boxgate::box::spool_budget::claim;
using patience = boxgate::box::spool_budget::patience;

patience at_most(std::chrono::steady_clock::duration length) {
    return [length](auto so_far) { return length - so_far; };
}

using names = std::vector<std::string>;

struct wait_counts : boxgate::runtime::telemetry {
    void waited(std::string_view reason, std::chrono::steady_clock::duration) override { waits.emplace_back(reason); }
    names waits;
};

struct lab {
    bool take(std::uint64_t bytes, claim what_for = claim::beginning, std::chrono::milliseconds length = 1ms) {
        return run_coro(context, budget.take(bytes, what_for, at_most(length)));
    }
    void give_back(std::uint64_t bytes, claim what_for = claim::beginning) { budget.give_back(bytes, what_for); }
    // Waits in the background; writes down its name when it was served.
    void wait(std::string name, std::uint64_t bytes, claim what_for, asio::cancellation_slot slot = {}) {
        asio::co_spawn(context, budget.take(bytes, what_for, at_most(60s)),
                       asio::bind_cancellation_slot(slot, [this, name](std::exception_ptr error, bool taken) {
                           served.push_back(error ? name + " left" : taken ? name : name + " in vain");
                       }));
        poll();
    }
    void poll() {
        context.restart();
        while (context.poll() > 0) {
        }
    }

    asio::io_context context;
    wait_counts counts;
    boxgate::box::spool_budget budget{100, counts};
    names served;
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(it_is_never_exceeded, lab) {
    BOOST_TEST(take(60));
    BOOST_TEST(take(40));
    BOOST_TEST(!take(1));
    BOOST_TEST(budget.in_use() == 100u);
    give_back(40);
    BOOST_TEST(take(30));
    BOOST_TEST(budget.in_use() == 90u);
}

BOOST_FIXTURE_TEST_CASE(who_waits_is_counted, lab) {
    take(100);
    BOOST_TEST(counts.waits.empty());
    BOOST_TEST(!take(1));
    wait("first", 50, claim::beginning);
    BOOST_TEST(counts.waits == names({"spool_room"}));
    give_back(50);
    poll();
    BOOST_TEST(counts.waits == names({"spool_room", "spool_room"}));
}

BOOST_FIXTURE_TEST_CASE(who_waits_is_served_in_order_once_there_is_room, lab) {
    BOOST_TEST(take(100));
    wait("first", 50, claim::beginning);
    wait("second", 10, claim::beginning);
    give_back(30);
    poll();
    BOOST_TEST(served.empty());  // the second would fit, and waits its turn
    give_back(30);
    poll();
    BOOST_TEST((served == names{"first", "second"}));
    BOOST_TEST(budget.in_use() == 100u);
}

BOOST_FIXTURE_TEST_CASE(uploads_that_have_begun_come_before_new_ones, lab) {
    BOOST_TEST(take(100));
    wait("new", 10, claim::beginning);
    wait("begun", 10, claim::more);
    give_back(10);
    poll();
    BOOST_TEST((served == names{"begun"}));
    BOOST_TEST(!take(1));  // a newcomer does not overtake either
    give_back(10);
    poll();
    BOOST_TEST((served == names{"begun", "new"}));
}

BOOST_FIXTURE_TEST_CASE(a_quarter_is_kept_for_parts_while_there_are_uploads_by_parts, lab) {
    std::optional<boxgate::box::spool_budget::by_parts> one(budget);
    BOOST_TEST(take(75));
    BOOST_TEST(!take(1, claim::more));
    wait("more", 10, claim::more);
    wait("new", 1, claim::beginning);
    BOOST_TEST(take(20, claim::part), "nobody else can have it");
    wait("part", 10, claim::part);
    give_back(5);
    poll();
    BOOST_TEST(served.empty(), "the quarter would be exceeded while others wait");
    give_back(10, claim::part);
    poll();
    BOOST_TEST((served == names{"part"}));
    one.reset();
    give_back(20, claim::part);
    poll();
    BOOST_TEST((served == names{"part", "more", "new"}));
    BOOST_TEST(budget.in_use() == 81u);
}

// However busy those are whose parts come and go.
BOOST_FIXTURE_TEST_CASE(parts_do_not_keep_the_others_out, lab) {
    const boxgate::box::spool_budget::by_parts one(budget);
    BOOST_TEST(take(20));
    BOOST_TEST(take(40, claim::part));
    BOOST_TEST(take(40, claim::part));
    wait("more", 20, claim::more);
    wait("new", 20, claim::beginning);
    wait("part", 40, claim::part);
    give_back(40, claim::part);
    poll();
    BOOST_TEST((served == names{"more", "new"}));
    give_back(40, claim::part);
    poll();
    BOOST_TEST((served == names{"more", "new", "part"}));
}

BOOST_FIXTURE_TEST_CASE(one_part_goes_whatever_its_size, lab) {
    const boxgate::box::spool_budget::by_parts one(budget);
    BOOST_TEST(take(50));
    wait("more", 40, claim::more);
    wait("part", 50, claim::part);
    BOOST_TEST((served == names{"part"}));
    give_back(50, claim::part);
    give_back(30);
    poll();
    BOOST_TEST((served == names{"part", "more"}));
}

BOOST_FIXTURE_TEST_CASE(the_part_that_lacks_least_comes_first, lab) {
    BOOST_TEST(take(100));
    wait("whole", 40, claim::part);
    wait("half", 20, claim::part);
    wait("another half", 20, claim::part);
    wait("end", 5, claim::part);
    give_back(25);
    poll();
    BOOST_TEST((served == names{"end", "half"}));
    give_back(60);
    poll();
    BOOST_TEST((served == names{"end", "half", "another half", "whole"}));
}

BOOST_FIXTURE_TEST_CASE(who_leaves_the_line_holds_up_nobody, lab) {
    BOOST_TEST(take(100));
    asio::cancellation_signal leave;
    wait("large", 90, claim::beginning, leave.slot());
    wait("small", 10, claim::beginning);
    give_back(20);
    leave.emit(asio::cancellation_type::all);
    poll();
    BOOST_TEST((served == names{"large left", "small"} || served == names{"small", "large left"}));
    BOOST_TEST(budget.in_use() == 90u);
}

BOOST_FIXTURE_TEST_CASE(who_waits_asks_again_and_again_whether_to_and_keeps_its_place, lab) {
    BOOST_TEST(take(100));
    unsigned asked = 0;
    asio::co_spawn(context, budget.take(50, claim::beginning, [&](auto) { return ++asked < 4 ? 1ms : 0ms; }),
                   [&](std::exception_ptr, bool taken) { served.push_back(taken ? "first" : "first in vain"); });
    poll();
    wait("second", 10, claim::beginning);
    give_back(20);
    context.restart();
    context.run_for(10s);
    BOOST_TEST(asked == 4u);
    BOOST_TEST((served == names{"first in vain", "second"}));
}

BOOST_FIXTURE_TEST_CASE(what_was_granted_to_one_who_leaves_goes_back, lab) {
    BOOST_TEST(take(100));
    asio::cancellation_signal leave;
    wait("leaver", 50, claim::beginning, leave.slot());
    leave.emit(asio::cancellation_type::all);
    give_back(100);
    poll();
    BOOST_TEST(served.size() == 1u);
    BOOST_TEST(budget.in_use() == (served.front() == "leaver" ? 50u : 0u));
}

BOOST_AUTO_TEST_SUITE_END()
