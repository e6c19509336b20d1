#include "conf/settings/nearest_name.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(nearest_name)

BOOST_AUTO_TEST_CASE(a_slip_finds_its_name) {
    const std::vector<std::string_view> names{"passive_ports", "passive_address", "listen", "tls"};
    const std::pair<const char*, const char*> cases[] = {
        {"passive_port", "passive_ports"},
        {"passiv_ports", "passive_ports"},
        {"passive-address", "passive_address"},
        {"Listen", "listen"},
        {"listn", "listen"},
        {"tsl", "tls"},
        {"something_else_entirely", ""},
        {"", ""},
        {"x", ""},
    };
    for (const auto& [written, expected] : cases) {
        BOOST_TEST_CONTEXT("'" << written << "'") {
            BOOST_TEST(boxgate::conf::nearest_name(written, names) == expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_huge_word_is_near_nothing) {
    BOOST_TEST(boxgate::conf::nearest_name(std::string(1'000'000, 'a'), {"a"}) == "");
}

BOOST_AUTO_TEST_SUITE_END()
