#include "conf/runtime/pace.hpp"

#include <boost/test/unit_test.hpp>

namespace boxgate::testing {

BOOST_AUTO_TEST_SUITE(pace)

using namespace std::chrono_literals;
using runtime::pace;

namespace {

const pace::clock::time_point begin = pace::clock::time_point() + 24h;

// How long it takes to move `total` bytes in pieces, pausing as told.
pace::clock::duration time_for(pace& limit, std::uint64_t total, std::uint64_t piece) {
    auto now = begin;
    for (std::uint64_t moved = 0; moved < total; moved += piece) now += limit.take(piece, now);
    return now - begin;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_second_s_worth_goes_at_once_and_the_rest_at_the_rate) {
    for (const std::uint64_t piece : {1000u, 16'000u, 250'000u}) {
        pace limit(1'000'000);
        const auto took = time_for(limit, 10'000'000, piece);
        BOOST_TEST((took >= 9s - 10ms));
        BOOST_TEST((took <= 9s + 10ms));
    }
}

BOOST_AUTO_TEST_CASE(who_shares_it_shares_the_rate) {
    pace limit(1000);
    BOOST_TEST((limit.take(1000, begin) == 0s));
    BOOST_TEST((limit.take(1000, begin) == 1s));
    BOOST_TEST((limit.take(1000, begin) == 2s));
}

BOOST_AUTO_TEST_CASE(a_long_pause_saves_up_no_more_than_a_second) {
    pace limit(1000);
    limit.take(5000, begin);
    BOOST_TEST((limit.take(1000, begin + 1h) == 0s));
    BOOST_TEST((limit.take(1000, begin + 1h) == 1s));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
