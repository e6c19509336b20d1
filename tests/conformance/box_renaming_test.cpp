#include "tests/conformance/box_case.hpp"

// Renamings that Box, or somebody else in Box, makes hard.

BOOST_AUTO_TEST_SUITE(box_renaming)

using namespace boxgate::testing;

namespace {

// What others do in Box shows when it is met, and not before.
struct unaware_case : box_case {
    unaware_case() : box_case(turn_off_events) {}
    static void turn_off_events(boxgate::box::options& settings) { settings.events = false; }

    box_simulator::tree& items() { return home.box().items(); }
    std::string id_of(std::string_view path) { return home.item_at(path).value().id; }
};

struct hurried_case : box_case {
    hurried_case() : box_case(hurry) {}
    static void hurry(boxgate::box::options& settings) {
        settings.events = false;
        settings.commit_timeout = std::chrono::seconds(2);
    }
};

constexpr const char* removals = "DELETE /files/{id}";
constexpr const char* descriptions = "GET /files/{id}";

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_new_version_stays_where_the_source_is_gone_and_its_removal_was_not_answered, unaware_case) {
    user.put("/target", "old");
    user.put("/x.part", "new");
    user.names("/");
    lose_answer(removals);
    answer(descriptions, 503, 5);
    BOXGATE_SUCCEEDS(user.rename("/x.part", "/target", true));
    BOOST_TEST(holds("/target", "new"));
    BOOST_TEST(!home.stored("/x.part"));
    BOOST_TEST((user.names("/") == names{"target"}));
}

BOOST_FIXTURE_TEST_CASE(a_new_version_stays_where_nobody_can_tell_whether_the_source_is_gone, hurried_case) {
    user.put("/target", "old");
    user.put("/x.part", "new");
    user.names("/");
    lose_answer(removals);
    answer(descriptions, 503, -1);
    const auto outcome = user.rename("/x.part", "/target", true);
    BOXGATE_FAILS_WITH(unavailable, outcome);
    BOOST_TEST(outcome.error().detail.find("was restored") == std::string::npos);
    BOOST_TEST(holds("/target", "new"));
}

BOOST_FIXTURE_TEST_CASE(a_source_that_cannot_be_removed_keeps_its_content_and_the_target_gets_its_own_back,
                        unaware_case) {
    user.put("/target", "old");
    user.put("/x.part", "new");
    user.names("/");
    refuse(removals, 403, "forbidden");
    const auto outcome = user.rename("/x.part", "/target", true);
    BOXGATE_FAILS_WITH(denied, outcome);
    BOOST_TEST(outcome.error().detail.find("was restored") != std::string::npos);
    BOOST_TEST(holds("/target", "old"));
    BOOST_TEST(holds("/x.part", "new"));
    BOOST_TEST(user.get("/target") == "old");
}

BOOST_FIXTURE_TEST_CASE(a_target_that_was_moved_away_meanwhile_is_not_set_back, unaware_case) {
    user.put("/t", "first");
    user.put("/t", "second");
    user.put("/x.part", "new");
    user.make("/archive");
    user.names("/");
    items().update(box_fixture::user_id, "file", id_of("/t"), std::nullopt, id_of("/archive"), "");
    refuse(removals, 403, "forbidden");
    const auto outcome = user.rename("/x.part", "/t", true);
    BOXGATE_FAILS_WITH(denied, outcome);
    BOOST_TEST(outcome.error().detail.find("was restored") != std::string::npos);
    BOOST_TEST(holds("/archive/t", "second"));
    BOOST_TEST(versions("/archive/t") == 2u);
    BOOST_TEST(!home.stored("/t"));
    BOOST_TEST(holds("/x.part", "new"));
}

BOOST_FIXTURE_TEST_CASE(a_source_that_was_locked_and_unlocked_meanwhile_is_the_same_file, unaware_case) {
    user.put("/target", "old");
    user.put("/x.part", "new");
    user.names("/");
    const auto source = id_of("/x.part");
    items().set_lock(box_fixture::user_id, source, box_simulator::item_lock{box_fixture::user_id, 0, false}, "");
    items().set_lock(box_fixture::user_id, source, std::nullopt, "");
    BOXGATE_SUCCEEDS(user.rename("/x.part", "/target", true));
    BOOST_TEST(holds("/target", "new"));
    BOOST_TEST(versions("/target") == 2u);
    BOOST_TEST((user.names("/") == names{"target"}));
}

BOOST_FIXTURE_TEST_CASE(a_source_that_others_changed_meanwhile_is_renamed_as_it_is_now, unaware_case) {
    user.put("/target", "old");
    user.put("/x.part", "new");
    user.names("/");
    items().seed(box_fixture::user_id, "/x.part", "newer");
    BOXGATE_SUCCEEDS(user.rename("/x.part", "/target", true));
    BOOST_TEST(holds("/target", "newer"));
    BOOST_TEST((user.names("/") == names{"target"}));
    BOOST_TEST(user.get("/target") == "newer");
}

// Bookmarks take part in nothing but the names: no listing shows them.
BOOST_FIXTURE_TEST_CASE(a_bookmark_in_the_way_is_named_and_left_alone, unaware_case) {
    items().seed_web_link(box_fixture::user_id, "0", "w");
    user.put("/x", "x");
    const auto posts = home.calls("POST /files/content");
    const auto outcome = user.store("/w", "x");
    BOXGATE_FAILS_WITH(exists, outcome);
    BOOST_TEST(outcome.error().detail.find("bookmark") != std::string::npos);
    BOOST_TEST(home.calls("POST /files/content") - posts == 1u);
    BOOST_TEST(home.calls("POST /files/{id}/content") == 0u);
    const auto renamed = user.rename("/x", "/w", true);
    BOXGATE_FAILS_WITH(exists, renamed);
    BOOST_TEST(renamed.error().detail.find("bookmark") != std::string::npos);
    BOXGATE_FAILS_WITH(exists, user.make_directory("/w"));
    BOXGATE_FAILS_WITH(not_found, user.stat("/w"));
    BOXGATE_FAILS_WITH(not_found, user.open_read("/w"));
    BOXGATE_FAILS_WITH(not_found, user.remove_file("/w"));
    BOXGATE_FAILS_WITH(not_found, user.rename("/w", "/y"));
    BOOST_TEST((user.names("/") == names{"x"}));
}

BOOST_AUTO_TEST_SUITE_END()
