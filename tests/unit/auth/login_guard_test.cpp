#include "auth/login_guard.hpp"

#include <boost/test/unit_test.hpp>

namespace boxgate::testing {

namespace {

using namespace std::chrono_literals;
using boost::asio::ip::make_address;
using guard_type = auth::login_guard;
using clock = guard_type::clock;
using ban = guard_type::ban;

const auto home = make_address("192.0.2.1");
const auto away = make_address("198.51.100.7");

struct lab {
    explicit lab(conf::login_guard_settings settings = {}) : guard(std::move(settings)) {}

    ban fail(const boost::asio::ip::address& from, const std::string& login, int times = 1) {
        auto outcome = ban::none;
        for (int i = 0; i < times; ++i) outcome = guard.failed(from, login, now);
        return outcome;
    }
    clock::duration delay(const boost::asio::ip::address& from, const std::string& login) {
        return guard.admit(from, login, now).delay;
    }
    bool refused(const boost::asio::ip::address& from, const std::string& login) {
        return guard.admit(from, login, now).refused;
    }

    clock::time_point now = clock::time_point() + 24h;
    guard_type guard;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(login_guard)

BOOST_AUTO_TEST_CASE(nobody_waits_who_has_done_nothing) {
    lab one;
    BOOST_TEST((one.delay(home, "ann") == 0s));
    BOOST_TEST(!one.refused(home, "ann"));
}

BOOST_AUTO_TEST_CASE(the_wait_for_a_login_doubles_with_each_failure_up_to_a_limit) {
    lab one;
    for (const auto expected : {1s, 2s, 4s, 8s, 16s, 16s}) {
        one.fail(home, "ann");
        BOOST_TEST((one.delay(home, "ann") == expected));
        BOOST_TEST((one.delay(away, "ann") == expected), "from elsewhere it is the same login");
    }
    BOOST_TEST((one.delay(home, "bob") == 0s));
}

BOOST_AUTO_TEST_CASE(an_address_that_has_logged_in_well_does_not_wait_for_what_others_do) {
    lab one;
    one.guard.succeeded(home, "ann", one.now);
    one.fail(away, "ann", 5);
    BOOST_TEST((one.delay(home, "ann") == 0s));
    BOOST_TEST((one.delay(away, "ann") == 16s));
    BOOST_TEST((one.delay(make_address("203.0.113.9"), "ann") == 16s));
}

BOOST_AUTO_TEST_CASE(failures_are_forgotten_after_the_window) {
    lab one;
    one.fail(home, "ann", 5);
    one.now += 10min + 1s;
    BOOST_TEST((one.delay(home, "ann") == 0s));
    one.fail(home, "ann");
    BOOST_TEST((one.delay(home, "ann") == 1s));
}

BOOST_AUTO_TEST_CASE(an_address_that_keeps_getting_one_login_wrong_is_refused_that_login) {
    lab one;
    BOOST_TEST((one.fail(home, "ann", 9) == ban::none));
    BOOST_TEST(!one.refused(home, "ann"));
    BOOST_TEST((one.fail(home, "ann") == ban::login));
    BOOST_TEST(one.refused(home, "ann"));
    BOOST_TEST(!one.refused(home, "bob"), "others of the same office go on");
    BOOST_TEST(!one.refused(away, "ann"), "the login's owner goes on");
    one.now += 15min - 1s;
    BOOST_TEST(one.refused(home, "ann"));
    one.now += 2s;
    BOOST_TEST(!one.refused(home, "ann"));
}

BOOST_AUTO_TEST_CASE(having_been_right_once_does_not_protect_from_the_ban) {
    lab one;
    one.guard.succeeded(home, "ann", one.now);
    BOOST_TEST((one.fail(home, "ann", 10) == ban::login));
    BOOST_TEST(one.refused(home, "ann"));
}

BOOST_AUTO_TEST_CASE(being_right_clears_the_count_of_wrong_ones) {
    lab one;
    one.fail(home, "ann", 9);
    one.guard.succeeded(home, "ann", one.now);
    BOOST_TEST((one.fail(home, "ann", 9) == ban::none));
}

BOOST_AUTO_TEST_CASE(an_address_is_banned_for_many_distinct_logins_only) {
    lab one;
    for (int i = 0; i < 24; ++i) {
        BOOST_TEST((one.fail(home, "user" + std::to_string(i), 3) == ban::none), i);
    }
    BOOST_TEST(!one.refused(home, "ann"));
    BOOST_TEST((one.fail(home, "user24") == ban::address));
    BOOST_TEST(one.refused(home, "ann"));
    BOOST_TEST(!one.refused(away, "ann"));
    one.now += 15min + 1s;
    BOOST_TEST(!one.refused(home, "ann"));
}

BOOST_AUTO_TEST_CASE(ipv6_counts_by_the_network_and_ipv4_in_ipv6_as_ipv4) {
    lab one;
    for (int i = 0; i < 10; ++i) one.fail(make_address("2001:db8:1:2::" + std::to_string(i + 1)), "ann");
    BOOST_TEST(one.refused(make_address("2001:db8:1:2:ffff::1"), "ann"));
    BOOST_TEST(!one.refused(make_address("2001:db8:1:3::1"), "ann"));
    one.fail(home, "bob", 5);
    one.fail(make_address("::ffff:192.0.2.1"), "bob", 5);
    BOOST_TEST(one.refused(home, "bob"));
}

BOOST_AUTO_TEST_CASE(exempt_networks_never_wait_and_are_never_refused) {
    conf::login_guard_settings settings;
    settings.never_ban = {*conf::ip_network::parse("192.0.2.0/24")};
    lab one(settings);
    BOOST_TEST((one.fail(home, "ann", 100) == ban::none));
    BOOST_TEST(!one.refused(home, "ann"));
    BOOST_TEST((one.delay(home, "ann") == 0s));
    BOOST_TEST((one.fail(away, "ann", 10) == ban::login));
}

BOOST_AUTO_TEST_CASE(zero_switches_a_ban_off) {
    conf::login_guard_settings settings;
    settings.ban_after = 0;
    settings.ban_address_after = 0;
    lab one(settings);
    BOOST_TEST((one.fail(home, "ann", 1000) == ban::none));
    for (int i = 0; i < 100; ++i) one.fail(home, std::to_string(i));
    BOOST_TEST(!one.refused(home, "ann"));
}

BOOST_AUTO_TEST_CASE(strangers_cannot_fill_the_memory) {
    auth::recent_map<int, int> map(3);
    for (int i = 0; i < 10; ++i) map.at(i) = i;
    BOOST_TEST(map.size() == 3u);
    BOOST_TEST(!map.find(6));
    BOOST_TEST(*map.find(7) == 7);
    map.at(7) = 70;
    map.at(11) = 11;
    BOOST_TEST(*map.find(7) == 70, "what was asked for last stays");
    BOOST_TEST(!map.find(8));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
