#include "box/range_plan.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(range_plan)

using boxgate::box::range_plan;
using range = range_plan::range;

BOOST_AUTO_TEST_CASE(a_single_stream_runs_to_the_end) {
    range_plan plan(1000, 16);
    BOOST_TEST((plan.from(0) == range{0, 1000}));
    BOOST_TEST(!plan.next().has_value());
    BOOST_TEST((plan.from(990, 5) == range{990, 995}));
    BOOST_TEST((plan.from(990, 50) == range{990, 1000}));
}

BOOST_AUTO_TEST_CASE(several_streams_have_every_byte_once) {
    range_plan plan(1000, 16);
    plan.from(0);
    auto end = plan.cut(100);
    BOOST_REQUIRE(end.has_value());
    BOOST_TEST(*end == 116u);
    while (const auto next = plan.next()) {
        BOOST_TEST(next->begin == *end);
        BOOST_TEST(next->end - next->begin >= 16u);
        end = next->end;
    }
    BOOST_TEST(*end == 1000u);
}

BOOST_AUTO_TEST_CASE(a_small_rest_is_not_shared) {
    range_plan plan(1000, 16);
    plan.from(0);
    BOOST_TEST(!plan.cut(969).has_value());
    BOOST_TEST(!plan.next().has_value());
    BOOST_TEST(plan.cut(968).has_value());
    BOOST_TEST((plan.next() == range{984, 1000}));
}

BOOST_AUTO_TEST_CASE(a_range_that_was_taken_back_is_given_again) {
    range_plan plan(1000, 16);
    plan.from(0);
    plan.cut(0);
    plan.next();
    const auto last = plan.next();
    plan.take_back(last->begin);
    BOOST_TEST(plan.given_out() == last->begin);
    BOOST_TEST((plan.next() == last));
}

BOOST_AUTO_TEST_SUITE_END()
