#include "box/written_ranges.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <vector>

BOOST_AUTO_TEST_SUITE(written_ranges)

using boxgate::box::written_ranges;

BOOST_AUTO_TEST_CASE(nothing_is_written_at_first) {
    const written_ranges none;
    BOOST_TEST(none.end() == 0u);
    BOOST_TEST(none.contiguous() == 0u);
    BOOST_TEST(!none.has_holes());
}

BOOST_AUTO_TEST_CASE(bytes_that_are_new_are_counted) {
    written_ranges ranges;
    BOOST_TEST(ranges.add(10, 10) == 10u);
    BOOST_TEST(ranges.add(10, 10) == 0u);
    BOOST_TEST(ranges.add(5, 10) == 5u);
    BOOST_TEST(ranges.add(30, 5) == 5u);
    BOOST_TEST(ranges.add(0, 100) == 100u - 20u);
    BOOST_TEST(ranges.add(50, 0) == 0u);
}

BOOST_AUTO_TEST_CASE(what_lies_between_holes_is_told_from_any_byte_on) {
    written_ranges ranges;
    BOOST_TEST(ranges.written_from(0) == 0u);
    ranges.add(10, 10);
    ranges.add(30, 5);
    BOOST_TEST(ranges.written_from(9) == 0u);
    BOOST_TEST(ranges.written_from(10) == 10u);
    BOOST_TEST(ranges.written_from(19) == 1u);
    BOOST_TEST(ranges.written_from(20) == 0u);
    BOOST_TEST(ranges.written_from(34) == 1u);
    BOOST_TEST(ranges.written_from(35) == 0u);
}

BOOST_AUTO_TEST_CASE(a_hole_is_seen_until_it_is_filled) {
    written_ranges ranges;
    ranges.add(0, 4);
    ranges.add(8, 4);
    BOOST_TEST(ranges.has_holes());
    BOOST_TEST(ranges.contiguous() == 4u);
    BOOST_TEST(ranges.end() == 12u);
    BOOST_TEST(ranges.pieces() == 2u);
    ranges.add(4, 4);
    BOOST_TEST(!ranges.has_holes());
    BOOST_TEST(ranges.pieces() == 1u);
}

BOOST_AUTO_TEST_CASE(it_agrees_with_a_list_of_bytes) {
    std::mt19937 numbers(7);
    for (int round = 0; round < 200; ++round) {
        written_ranges ranges;
        std::vector<bool> bytes(64);
        for (int i = 0; i < 20; ++i) {
            const auto offset = numbers() % 50;
            const auto length = numbers() % 14;
            std::uint64_t fresh = 0;
            for (auto at = offset; at < offset + length; ++at) {
                if (!bytes[at]) ++fresh;
                bytes[at] = true;
            }
            BOOST_REQUIRE(ranges.add(offset, length) == fresh);
        }
        std::size_t prefix = 0;
        while (prefix < bytes.size() && bytes[prefix]) ++prefix;
        BOOST_REQUIRE(ranges.contiguous() == prefix);
    }
}

BOOST_AUTO_TEST_SUITE_END()
