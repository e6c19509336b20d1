#include "protocol/ftp/time_zone.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace boxgate::testing {

BOOST_AUTO_TEST_SUITE(time_zone)

using ftp::time_zone;

namespace {

long minutes(const time_zone& zone, std::time_t when) {
    const auto offset = zone.offset(std::chrono::system_clock::from_time_t(when));
    return static_cast<long>(offset.count() / 60);
}

std::string content_of(const std::string& name) {
    std::ifstream file("/usr/share/zoneinfo/" + name, std::ios::binary);
    std::stringstream content;
    content << file.rdbuf();
    return content.str();
}

}  // namespace

BOOST_AUTO_TEST_CASE(utc_is_never_off) {
    BOOST_TEST(minutes(time_zone::load("UTC"), 1'700'000'000) == 0);
}

BOOST_AUTO_TEST_CASE(daylight_saving_time_begins_and_ends_to_the_second) {
    const auto berlin = time_zone::load("Europe/Berlin");
    BOOST_TEST(minutes(berlin, 1'711'846'799) == 60);   // 2024-03-31 00:59:59 UTC
    BOOST_TEST(minutes(berlin, 1'711'846'800) == 120);  // 01:00:00
    BOOST_TEST(minutes(berlin, 1'729'990'799) == 120);  // 2024-10-27 00:59:59
    BOOST_TEST(minutes(berlin, 1'729'990'800) == 60);
}

BOOST_AUTO_TEST_CASE(zones_west_of_greenwich_and_with_half_hours) {
    BOOST_TEST(minutes(time_zone::load("America/New_York"), 1'705'000'000) == -300);
    BOOST_TEST(minutes(time_zone::load("America/New_York"), 1'720'000'000) == -240);
    BOOST_TEST(minutes(time_zone::load("Asia/Kolkata"), 1'720'000'000) == 330);
}

BOOST_AUTO_TEST_CASE(what_is_no_zone_is_refused_with_its_name) {
    BOOST_CHECK_EXCEPTION(time_zone::load("No/Such"), std::runtime_error, [](const std::runtime_error& error) {
        return std::string(error.what()).find("No/Such") != std::string::npos;
    });
    BOOST_TEST(!time_zone::parse("").has_value());
    BOOST_TEST(!time_zone::parse("TZif2 and nothing more").has_value());
}

BOOST_AUTO_TEST_CASE(a_file_that_ends_early_or_is_damaged_never_harms) {
    const auto whole = content_of("Europe/Berlin");
    BOOST_REQUIRE(time_zone::parse(whole).has_value());
    for (std::size_t length = 0; length < 200; ++length) {
        BOOST_TEST(!time_zone::parse(std::string_view(whole).substr(0, length)).has_value(), length);
    }
    for (std::size_t i = 0; i < whole.size(); i += 7) {
        auto damaged = whole;
        damaged[i] = static_cast<char>(~damaged[i]);
        (void)time_zone::parse(damaged);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
