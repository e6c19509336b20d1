#include "box/outage.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(outage)

using namespace std::chrono_literals;
using subject = boxgate::box::outage;

namespace {

const subject::clock::time_point start{std::chrono::hours(1)};

void fail(subject& box, unsigned count, subject::clock::duration apart) {
    for (unsigned i = 0; i < count; ++i) box.failed("no route", start + i * apart);
}

}  // namespace

BOOST_AUTO_TEST_CASE(some_failures_are_everyday) {
    subject box;
    fail(box, subject::failures_in_a_row - 1, 1s);
    BOOST_TEST(box.is_troubled());
    BOOST_TEST(box.admits(start + 1min));
    BOOST_TEST(!box.is_open());
}

BOOST_AUTO_TEST_CASE(a_burst_of_failures_is_a_moment_s_trouble) {
    subject box;
    fail(box, 500, 1ms);
    BOOST_TEST(!box.is_open());
}

BOOST_AUTO_TEST_CASE(an_answer_in_between_starts_the_count_anew) {
    subject box;
    fail(box, subject::failures_in_a_row - 1, 1s);
    box.worked();
    BOOST_TEST(!box.is_troubled());
    fail(box, subject::failures_in_a_row - 1, 1s);
    BOOST_TEST(!box.is_open());
}

BOOST_AUTO_TEST_CASE(an_outage_lets_one_call_through_every_two_seconds) {
    subject box;
    fail(box, subject::failures_in_a_row, 1s);
    const auto begin = start + (subject::failures_in_a_row - 1) * 1s;
    BOOST_TEST(box.is_open());
    BOOST_TEST(box.reason() == "no route");
    BOOST_TEST(!box.admits(begin + 1s));
    BOOST_TEST(box.admits(begin + 2s));
    BOOST_TEST(!box.admits(begin + 3s));
    box.failed("still none", begin + 3s);
    BOOST_TEST(!box.admits(begin + 3900ms));
    BOOST_TEST(box.admits(begin + 4s));
    box.worked();
    BOOST_TEST(box.admits(begin + 4s));
    BOOST_TEST(box.admits(begin + 4s));
}

BOOST_AUTO_TEST_SUITE_END()
