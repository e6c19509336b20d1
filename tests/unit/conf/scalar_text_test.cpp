#include "conf/settings/scalar_text.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(scalar_text)

using namespace boxgate::conf;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(durations) {
    const std::pair<const char*, std::chrono::milliseconds> good[] = {{"500ms", 500ms}, {"30s", 30s}, {"5m", 5min},
                                                                      {"2h", 2h},       {"0s", 0s},   {"10 s", 10s}};
    for (const auto& [text, expected] : good) {
        BOOST_TEST_CONTEXT(text) {
            const auto value = parse_duration(text);
            BOOST_REQUIRE(value.has_value());
            BOOST_TEST(value->count() == expected.count());
        }
    }
    const std::pair<const char*, const char*> bad[] = {{"30", "the unit is missing"},
                                                       {"s", "it must begin with a whole number"},
                                                       {"-5s", "it must begin with a whole number"},
                                                       {"1.5s", "the unit '.5s' is unknown"},
                                                       {"5S", "the unit 'S' is unknown"},
                                                       {"5 d", "the unit 'd' is unknown"},
                                                       {"99999999999999999999s", "the number is too large"},
                                                       {"9223372036854775807h", "the number is too large"}};
    for (const auto& [text, expected] : bad) {
        BOOST_TEST_CONTEXT(text) {
            const auto value = parse_duration(text);
            BOOST_REQUIRE(value.has_error());
            BOOST_TEST(value.error().text ==
                       "'" + std::string(text) + "' is no duration: " + expected + "; allowed are 500ms, 30s, 5m, 2h");
        }
    }
}

BOOST_AUTO_TEST_CASE(sizes) {
    const std::pair<const char*, std::uint64_t> good[] = {
        {"100B", 100},        {"512KiB", 512 * 1024},   {"64MiB", 64ull << 20},
        {"3GiB", 3ull << 30}, {"1TiB", 1ull << 40},     {"5KB", 5'000},
        {"5kB", 5'000},       {"10GB", 10'000'000'000}, {"2TB", 2'000'000'000'000}};
    for (const auto& [text, expected] : good) {
        BOOST_TEST_CONTEXT(text) {
            const auto value = parse_size(text);
            BOOST_REQUIRE(value.has_value());
            BOOST_TEST(*value == expected);
        }
    }
    for (const auto* text : {"64", "64M", "64mib", "MiB", "", "1e3B", "99999999TiB", "1 2MB"}) {
        BOOST_TEST(parse_size(text).has_error(), text);
    }
}

BOOST_AUTO_TEST_CASE(numbers) {
    BOOST_TEST(*parse_number("0") == 0u);
    BOOST_TEST(*parse_number("18446744073709551615") == 18446744073709551615u);
    for (const auto* text : {"", "-1", "+1", "0x10", "1.0", " 1", "18446744073709551616"}) {
        BOOST_TEST(parse_number(text).has_error(), text);
    }
}

BOOST_AUTO_TEST_CASE(endpoints) {
    const std::tuple<const char*, const char*, int> good[] = {{"0.0.0.0:2121", "0.0.0.0", 2121},
                                                              {"127.0.0.1:0", "127.0.0.1", 0},
                                                              {"[::]:22", "::", 22},
                                                              {"[2001:db8::1]:65535", "2001:db8::1", 65535}};
    for (const auto& [text, address, port] : good) {
        BOOST_TEST_CONTEXT(text) {
            const auto value = parse_endpoint(text);
            BOOST_REQUIRE(value.has_value());
            BOOST_TEST(value->address == address);
            BOOST_TEST(value->port == port);
        }
    }
    const std::pair<const char*, const char*> bad[] = {
        {"2121", "the port is missing"},
        {"0.0.0.0:", "the port must be a number from 0 to 65535"},
        {"0.0.0.0:65536", "the port must be a number from 0 to 65535"},
        {"localhost:21", "the address must be numeric"},
        {"*:21", "the address must be numeric"},
        {":21", "the address must be numeric"},
        {"::1:21", "an IPv6 address, and only that, stands in brackets"},
        {"[127.0.0.1]:21", "an IPv6 address, and only that, stands in brackets"}};
    for (const auto& [text, expected] : bad) {
        BOOST_TEST_CONTEXT(text) {
            const auto value = parse_endpoint(text);
            BOOST_REQUIRE(value.has_error());
            BOOST_TEST(value.error().text.find(expected) != std::string::npos, value.error().text);
        }
    }
}

BOOST_AUTO_TEST_CASE(port_ranges) {
    const std::tuple<const char*, int, int> good[] = {
        {"50000-50099", 50000, 50099}, {"50000", 50000, 50000}, {"0", 0, 0}, {"9-5", 9, 5}};
    for (const auto& [text, first, last] : good) {
        BOOST_TEST_CONTEXT(text) {
            const auto value = parse_port_range(text);
            BOOST_REQUIRE(value.has_value());
            BOOST_TEST(value->first == first);
            BOOST_TEST(value->last == last);
        }
    }
    for (const auto* text : {"", "-", "1-", "-1", "1-2-3", "70000", "a-b", "1 - 2"}) {
        BOOST_TEST(parse_port_range(text).has_error(), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
