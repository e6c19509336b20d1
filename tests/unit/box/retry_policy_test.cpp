#include "box/retry_policy.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(retry_policy)

using boxgate::box::retry_policy;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(pauses_double_and_end) {
    BOOST_TEST((retry_policy::back_off(1, 0.5) == 250ms));
    BOOST_TEST((retry_policy::back_off(2, 0.5) == 500ms));
    BOOST_TEST((retry_policy::back_off(3, 0.5) == 1000ms));
    BOOST_TEST((retry_policy::back_off(4, 0.5) == 2000ms));
    BOOST_TEST((retry_policy::back_off(retry_policy::max_tries, 0.5) == std::nullopt));
    BOOST_TEST((retry_policy::back_off(4000000000U, 0.5) == std::nullopt));
}

BOOST_AUTO_TEST_CASE(chance_spreads_them_by_half) {
    BOOST_TEST((retry_policy::back_off(3, 0) == 500ms));
    BOOST_TEST((retry_policy::back_off(3, 1) == 1500ms));
}

BOOST_AUTO_TEST_CASE(what_box_says_counts_as_long_as_it_is_bearable) {
    BOOST_TEST((retry_policy::rate_limited(7s, 1, 0.5, 0ms, 15s) == 7s));
    BOOST_TEST((retry_policy::rate_limited(7s, 2, 0.5, 8s, 15s) == 7s));
    BOOST_TEST((retry_policy::rate_limited(7s, 2, 0.5, 8001ms, 15s) == std::nullopt));
    BOOST_TEST((retry_policy::rate_limited(100s, 1, 0.5, 0ms, 15s) == std::nullopt));
}

BOOST_AUTO_TEST_CASE(without_a_word_or_with_a_zero_it_backs_off) {
    BOOST_TEST((retry_policy::rate_limited(std::nullopt, 2, 0.5, 0ms, 15s) == 500ms));
    BOOST_TEST((retry_policy::rate_limited(0s, 2, 0.5, 0ms, 15s) == 500ms));
    BOOST_TEST((retry_policy::rate_limited(0s, retry_policy::max_tries, 0.5, 0ms, 15s) == std::nullopt));
}

BOOST_AUTO_TEST_CASE(a_blocked_place_is_asked_for_as_often_as_there_is_time) {
    std::chrono::milliseconds waited{0};
    unsigned tries = 0;
    while (const auto pause = retry_policy::blocked(++tries, 0.5, waited, 15s)) {
        BOOST_TEST((*pause >= 250ms && *pause <= 4s));
        waited += *pause;
    }
    BOOST_TEST((waited > 10s && waited <= 15s));
    BOOST_TEST((retry_policy::blocked(1, 0.5, 0ms, 0ms) == std::nullopt));
    BOOST_TEST((retry_policy::blocked(4000000000U, 1, 0ms, 15s) == 6s));
}

BOOST_AUTO_TEST_SUITE_END()
