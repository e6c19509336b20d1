#include "auth/login_slots.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <barrier>
#include <thread>

BOOST_AUTO_TEST_SUITE(login_slots)

using boxgate::auth::login_slots;
using slot = std::shared_ptr<const void>;

BOOST_AUTO_TEST_CASE(a_login_has_so_many_places_and_no_more) {
    const auto slots = std::make_shared<login_slots>(3);
    std::vector<slot> held;
    for (int i = 0; i < 3; ++i) {
        held.push_back(slots->take("alice"));
        BOOST_TEST(held.back(), "place " << i);
    }
    BOOST_TEST(!slots->take("alice"));
    BOOST_TEST(!slots->take("alice"), "a refusal must not count");
}

BOOST_AUTO_TEST_CASE(logins_do_not_take_each_others_places) {
    const auto slots = std::make_shared<login_slots>(1);
    const auto alice = slots->take("alice");
    BOOST_TEST(alice);
    BOOST_TEST(slots->take("Alice"));
    BOOST_TEST(slots->take(""));
    BOOST_TEST(!slots->take("alice"));
}

BOOST_AUTO_TEST_CASE(a_place_is_given_back_and_taken_again) {
    const auto slots = std::make_shared<login_slots>(1);
    for (int i = 0; i < 3; ++i) {
        auto held = slots->take("alice");
        BOOST_TEST(held, "round " << i);
        BOOST_TEST(!slots->take("alice"));
        held.reset();
    }
    BOOST_TEST(slots->take("alice"));
}

BOOST_AUTO_TEST_CASE(the_last_copy_gives_the_place_back) {
    const auto slots = std::make_shared<login_slots>(1);
    auto held = slots->take("alice");
    auto copy = held;
    held.reset();
    BOOST_TEST(!slots->take("alice"));
    copy.reset();
    BOOST_TEST(slots->take("alice"));
}

BOOST_AUTO_TEST_CASE(giving_one_of_two_back_frees_one) {
    const auto slots = std::make_shared<login_slots>(2);
    auto first = slots->take("alice");
    const auto second = slots->take("alice");
    first.reset();
    const auto third = slots->take("alice");
    BOOST_TEST(third);
    BOOST_TEST(!slots->take("alice"));
}

BOOST_AUTO_TEST_CASE(a_place_may_outlive_whoever_holds_the_slots) {
    auto slots = std::make_shared<login_slots>(1);
    const std::weak_ptr<login_slots> seen = slots;
    auto held = slots->take("alice");
    slots.reset();
    BOOST_TEST(!seen.expired());
    held.reset();
    BOOST_TEST(seen.expired());
}

BOOST_AUTO_TEST_CASE(a_login_may_have_a_limit_of_its_own_and_none_means_no_limit) {
    const auto slots = std::make_shared<login_slots>(1);
    const auto first = slots->take("alice", 2);
    const auto second = slots->take("alice", 2);
    BOOST_TEST(second);
    BOOST_TEST(!slots->take("alice", 2));
    BOOST_TEST(!slots->take("alice"));
    const auto unlimited = std::make_shared<login_slots>(0);
    std::vector<slot> held;
    for (int i = 0; i < 1000; ++i) held.push_back(unlimited->take("alice"));
    BOOST_TEST(held.back());
}

BOOST_AUTO_TEST_CASE(what_is_taken_is_counted) {
    const auto slots = std::make_shared<login_slots>(2);
    BOOST_TEST(slots->taken() == 0u);
    auto first = slots->take("alice");
    const auto second = slots->take("alice");
    const auto other = slots->take("bob");
    BOOST_TEST(!slots->take("alice"));
    BOOST_TEST(slots->taken("alice") == 2u);
    BOOST_TEST(slots->taken("carol") == 0u);
    BOOST_TEST(slots->taken() == 3u);
    first.reset();
    BOOST_TEST(slots->taken("alice") == 1u);
    BOOST_TEST(slots->taken() == 2u);
}

BOOST_AUTO_TEST_CASE(threads_never_hold_more_than_there_are) {
    constexpr int places = 3;
    const auto slots = std::make_shared<login_slots>(places);
    std::atomic<int> inside = 0;
    std::atomic<int> most = 0;
    std::atomic<int> entered = 0;
    std::barrier start(4);
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            start.arrive_and_wait();
            for (int i = 0; i < 5000; ++i) {
                const auto held = slots->take("alice");
                if (!held) continue;
                const int now = ++inside;
                for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) continue;
                ++entered;
                --inside;
            }
        });
    }
    threads.clear();
    BOOST_TEST(most <= places);
    BOOST_TEST(entered > 0);
    std::vector<slot> held;
    for (int i = 0; i < places; ++i) held.push_back(slots->take("alice"));
    BOOST_TEST(held.back(), "a place was lost");
    BOOST_TEST(!slots->take("alice"));
}

BOOST_AUTO_TEST_SUITE_END()
