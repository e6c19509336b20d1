#include "box/aside.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(aside)

using subject = boxgate::box::aside;

BOOST_AUTO_TEST_CASE(the_name_tells_what_was_going_on) {
    for (const std::string name : {"report.txt", ".hidden", "a.b.c", "12.34", "\xc3\xa4 b"}) {
        const auto read = subject::of(subject("123456789", name).to_name());
        BOOST_REQUIRE(read);
        BOOST_TEST(read->source_id == "123456789");
        BOOST_TEST(read->name == name);
    }
}

BOOST_AUTO_TEST_CASE(other_names_are_left_alone) {
    for (const std::string name :
         {"report.txt", ".boxgate-aside", ".boxgate-aside.", ".boxgate-aside.12", ".boxgate-aside.12.",
          ".boxgate-aside..name", ".boxgate-aside.1x.name", "x.boxgate-aside.12.name", ""}) {
        BOOST_TEST(!subject::of(name), name);
    }
}

BOOST_AUTO_TEST_SUITE_END()
