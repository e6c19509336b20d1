#include "box/upload_plan.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(upload_plan)

using boxgate::box::upload_plan;

BOOST_AUTO_TEST_CASE(the_last_part_has_what_is_left) {
    const upload_plan plan(25, 10);
    BOOST_REQUIRE(plan.parts() == 3u);
    BOOST_TEST(plan.at(0).offset == 0u);
    BOOST_TEST(plan.at(1).end() == 20u);
    BOOST_TEST(plan.at(2).offset == 20u);
    BOOST_TEST(plan.at(2).length == 5u);
}

BOOST_AUTO_TEST_CASE(a_file_of_whole_parts_has_no_empty_one) {
    BOOST_TEST(upload_plan(20, 10).parts() == 2u);
    BOOST_TEST(upload_plan(20, 10).at(1).length == 10u);
    BOOST_TEST(upload_plan(1, 10).parts() == 1u);
    BOOST_TEST(upload_plan(1, 10).at(0).length == 1u);
}

BOOST_AUTO_TEST_CASE(sizes_beyond_32_bits_are_cut_exactly) {
    const upload_plan plan(5'000'000'000'001, 8 * 1024 * 1024);
    BOOST_TEST(plan.at(plan.parts() - 1).end() == 5'000'000'000'001u);
}

BOOST_AUTO_TEST_CASE(a_part_is_whole_when_its_last_byte_is_there) {
    const upload_plan plan(25, 10);
    BOOST_TEST(plan.whole(0) == 0u);
    BOOST_TEST(plan.whole(9) == 0u);
    BOOST_TEST(plan.whole(10) == 1u);
    BOOST_TEST(plan.whole(24) == 2u);
    BOOST_TEST(plan.whole(25) == 3u);
    BOOST_TEST(plan.whole(99) == 3u);
}

BOOST_AUTO_TEST_SUITE_END()
