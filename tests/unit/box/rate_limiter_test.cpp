#include "box/rate_limiter.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

BOOST_AUTO_TEST_SUITE(rate_limiter)

using namespace std::chrono_literals;
using boxgate::box::call_budget;
using boxgate::box::call_budgets;
using time_point = call_budget::clock::time_point;
using limiter = boxgate::box::rate_limiter;

namespace {

const time_point start{std::chrono::hours(1)};

// The moments at which `count` calls go that are all wanted at once.
std::vector<time_point> line(call_budget& budget, unsigned count, time_point now = start) {
    std::vector<time_point> moments;
    for (unsigned i = 0; i < count; ++i) {
        moments.push_back(budget.next(now));
        budget.take(moments.back());
    }
    return moments;
}

std::size_t most_in_a_minute(const std::vector<time_point>& moments) {
    std::size_t most = 0;
    for (auto at = moments.begin(); at != moments.end(); ++at) {
        const auto end = std::lower_bound(at, moments.end(), *at + 60s);
        most = std::max(most, static_cast<std::size_t>(end - at));
    }
    return most;
}

}  // namespace

BOOST_AUTO_TEST_CASE(three_quarters_go_at_once) {
    call_budget budget(1000);
    const auto moments = line(budget, 751);
    BOOST_TEST((moments[749] == start));
    BOOST_TEST((moments[750] > start));
}

BOOST_AUTO_TEST_CASE(no_minute_has_more_than_its_budget) {
    for (const unsigned limit : {1U, 2U, 3U, 60U, 240U, 1000U}) {
        call_budget budget(limit);
        const auto moments = line(budget, 5 * limit + 7);
        BOOST_TEST(std::is_sorted(moments.begin(), moments.end()));
        BOOST_TEST(most_in_a_minute(moments) <= limit);
        // And the budget is used: the fifth minute ends after five minutes, not after ten.
        BOOST_TEST((moments[5 * limit - 1] - start < 5min + 1s));
    }
}

BOOST_AUTO_TEST_CASE(a_line_moves_on) {
    call_budget budget(1000);
    const auto moments = line(budget, 10'000);
    auto longest = 0s;
    for (std::size_t i = 50; i < moments.size(); ++i) {
        longest = std::max(longest, std::chrono::ceil<std::chrono::seconds>(moments[i] - moments[i - 50]));
    }
    BOOST_TEST((longest <= 13s));  // what the last of fifty waits: less than limits.max_wait
}

BOOST_AUTO_TEST_CASE(without_a_bound_nothing_waits) {
    call_budget budget(0);
    BOOST_TEST((line(budget, 100'000).back() == start));
    budget.hold(start, start + 9s);
    BOOST_TEST((budget.next(start) == start + 9s));
}

BOOST_AUTO_TEST_CASE(after_a_hold_calls_go_evenly) {
    call_budget budget(60);
    line(budget, 50);
    budget.hold(start + 1s, start + 10s);
    const auto moments = line(budget, 5, start + 2s);
    BOOST_TEST((moments[0] >= start + 10s));
    for (std::size_t i = 1; i < moments.size(); ++i) BOOST_TEST((moments[i] - moments[i - 1] >= 1s));
}

BOOST_AUTO_TEST_CASE(what_was_promised_is_given_back_by_a_hold) {
    call_budget budget(60);
    line(budget, 59);
    budget.hold(start, start + 1s);
    BOOST_TEST((budget.next(start) < start + 10s));
}

BOOST_AUTO_TEST_CASE(an_upload_needs_both_budgets) {
    limiter limits(call_budgets(1000, 4), nullptr);
    for (int i = 0; i < 3; ++i) {
        limiter::passage upload(true);
        BOOST_TEST(!limits.advance(upload, start, 0s));
    }
    limiter::passage one_more(true), listing(false);
    const auto at = limits.advance(one_more, start, 60s);
    BOOST_REQUIRE(at);
    BOOST_TEST((*at > start));
    BOOST_TEST(!limits.advance(listing, start, 0s));
    BOOST_TEST(!limits.advance(one_more, *at, 0s));
}

BOOST_AUTO_TEST_CASE(users_of_an_enterprise_share_its_budget) {
    const auto together = std::make_shared<call_budgets>(4, 0);
    limiter ann(call_budgets(1000, 240), together), bob(call_budgets(1000, 240), together);
    for (int i = 0; i < 3; ++i) {
        limiter::passage call(false);
        BOOST_TEST(!ann.advance(call, start, 0s));
    }
    limiter::passage call(false);
    BOOST_TEST((bob.advance(call, start, 60s).value() > start));
}

BOOST_AUTO_TEST_CASE(who_will_not_wait_so_long_takes_no_place) {
    limiter limits(call_budgets(4, 0), nullptr);
    for (int i = 0; i < 4; ++i) {
        limiter::passage call(false);
        limits.advance(call, start, 1h);
    }
    limiter::passage hasty(false), patient(false);
    const auto refused = limits.advance(hasty, start, 1s);
    BOOST_REQUIRE(refused);
    BOOST_TEST((*refused > start + 1s));
    BOOST_TEST((limits.advance(patient, start, 1h) == refused));
}

BOOST_AUTO_TEST_CASE(a_hold_catches_those_who_are_waiting) {
    limiter limits(call_budgets(4, 0), nullptr);
    for (int i = 0; i < 3; ++i) {
        limiter::passage call(false);
        limits.advance(call, start, 1h);
    }
    limiter::passage waiting(false);
    const auto place = limits.advance(waiting, start, 1h).value();
    limits.hold(start, start + 100s);
    BOOST_TEST((limits.advance(waiting, place, 1h) == start + 100s));
    BOOST_TEST(!limits.advance(waiting, start + 100s, 1h));
    limits.hold(start, start + 50s);  // shorter than what is known
    limiter::passage next(false);
    BOOST_TEST((limits.advance(next, start + 100s, 1h).value() > start + 100s));
}

BOOST_AUTO_TEST_SUITE_END()
