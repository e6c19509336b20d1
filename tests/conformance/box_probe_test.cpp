#include "conf/runtime/offload.hpp"
#include "tests/conformance/box_case.hpp"

// Whether Box can be reached at all: what readiness is told.

BOOST_AUTO_TEST_SUITE(box_probe)

using namespace boxgate::testing;

namespace {

struct probe_case : box_case {
    std::string outcome(std::chrono::seconds patience = std::chrono::seconds(20)) {
        auto asking = boxgate::runtime::run_on(home.control(), home.engine().probe(patience));
        const auto states = run_coro(home.context(), std::move(asking));
        BOOST_TEST_REQUIRE(states.size() == 1u);
        const auto& state = states.begin()->second;
        return state.has_value() ? "good" : state.error().detail;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(an_answer_with_the_app_s_token_is_good, probe_case) {
    BOOST_TEST(outcome() == "good");
    BOOST_TEST(home.calls("GET /users/me") == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_limit_that_is_reached_is_a_sign_of_life, probe_case) {
    answer("GET /users/me", 429, 1, {{"Retry-After", "100"}});
    BOOST_TEST(outcome() == "good");
}

BOOST_FIXTURE_TEST_CASE(what_is_refused_is_told, probe_case) {
    refuse("GET /users/me", 403, "access_denied_insufficient_permissions");
    BOOST_TEST(outcome() != "good");
}

BOOST_FIXTURE_TEST_CASE(a_box_that_says_nothing_is_not_waited_for, probe_case) {
    trouble("GET /users/me", 1, [](auto& what) { what.delay_ms = 3000; });
    BOOST_TEST(outcome(std::chrono::seconds(1)) == "Box does not answer");
    BOOST_TEST(home.run_until([&] { return home.calls("GET /users/me") == 1; }));
}

BOOST_AUTO_TEST_SUITE_END()
