#include "tests/conformance/box_case.hpp"

// Uploads that Box makes hard: each of these is met by trying again or by asking, and the client is told the truth.

BOOST_AUTO_TEST_SUITE(box_upload_faults)

using namespace boxgate::testing;

namespace {

const std::string small = "a small file";
const std::string large = noise(box_fixture::direct_limit + 3 * box_fixture::part_size + 4321);

// Nobody waits longer than Box asks for here.
struct hurried_case : box_case {
    hurried_case() : box_case(hurry) {}
    static void hurry(boxgate::box::options& settings) {
        settings.max_wait = std::chrono::seconds(1);
        settings.commit_timeout = std::chrono::seconds(2);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_part_that_is_refused_for_the_moment_is_sent_again, box_case) {
    answer(part_puts, 503, 2);
    answer(part_puts, 500);
    refuse(part_puts, 412, "precondition_failed");  // damaged on its way
    answer(part_puts, 429, 1, {{"Retry-After", "1"}});
    BOXGATE_SUCCEEDS(user.store("/a", large));
    BOOST_TEST(holds("/a", large));
    BOOST_TEST(home.calls(part_puts) == 8u + 5u);
    BOOST_TEST(home.calls("POST /files/upload_sessions") == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_part_whose_connection_breaks_is_sent_again, box_case) {
    trouble(part_puts, 2, [](auto& what) { what.reset = true; });
    trouble(part_puts, 1, [](auto& what) { what.cut_request_bytes = 300'000; });
    BOXGATE_SUCCEEDS(user.store("/a", large));
    BOOST_TEST(holds("/a", large));
    BOOST_TEST(home.calls("POST /files/upload_sessions") == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_part_that_box_has_in_spite_of_a_lost_answer_is_found, box_case) {
    lose_answer(part_puts, 2);
    BOXGATE_SUCCEEDS(user.store("/a", large));
    BOOST_TEST(holds("/a", large));
    BOOST_TEST(home.calls("GET /files/upload_sessions/{id}/parts") == 2u);
    BOOST_TEST(home.calls(part_puts) == 8u + 2u);
}

// They may be waiting for the room in the spool that this makes.
BOOST_AUTO_TEST_CASE(what_is_in_the_spool_is_sent_though_others_hold_the_memory) {
    box_case with({}, 16 * block::capacity);
    for (const auto& content : {large, large.substr(0, 4 * block::capacity)}) {
        auto opened = with.user.open_write("/a", write_mode::replace);
        BOOST_REQUIRE(!opened.has_error());
        BOXGATE_SUCCEEDS(with.user.write(**opened, 0, content));
        std::vector<block> held;
        while (auto one = with.home.blocks()->try_acquire()) held.push_back(std::move(*one));
        BOXGATE_SUCCEEDS(with.user.commit(**opened));
        BOOST_TEST(with.holds("/a", content));
    }
}

BOOST_FIXTURE_TEST_CASE(a_session_that_box_ends_is_followed_by_another, box_case) {
    refuse(part_puts, 410, "session_expired");
    BOXGATE_SUCCEEDS(user.store("/a", large));
    BOOST_TEST(holds("/a", large));
    BOOST_TEST(home.calls("POST /files/upload_sessions") == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_session_that_cannot_be_opened_at_first_is_opened_later, box_case) {
    answer(new_session, 502, 2);
    trouble(new_session, 1, [](auto& what) { what.reset = true; });
    BOXGATE_SUCCEEDS(user.store("/a", large));
    BOOST_TEST(holds("/a", large));
}

BOOST_FIXTURE_TEST_CASE(a_part_that_is_refused_for_good_ends_the_upload, box_case) {
    user.put("/a", "old");
    refuse(part_puts, 403, "forbidden");
    BOXGATE_FAILS_WITH(denied, user.store("/a", large));
    BOOST_TEST(holds("/a", "old"));
    BOOST_TEST(versions("/a") == 1u);
}

// And the session is deleted once Box may be called again.
BOOST_FIXTURE_TEST_CASE(a_rate_limit_longer_than_anybody_waits_is_told_with_its_seconds, hurried_case) {
    answer(part_puts, 429, -1, {{"Retry-After", "4"}});
    const auto outcome = user.store("/a", large);
    BOXGATE_FAILS_WITH(rate_limited, outcome);
    BOOST_REQUIRE(outcome.error().retry_after.has_value());
    BOOST_TEST(outcome.error().retry_after->count() >= 3);
    BOOST_TEST(home.calls(part_puts) >= 1u);
}

BOOST_FIXTURE_TEST_CASE(a_commit_is_repeated_until_box_is_through, box_case) {
    home.box().uploads().commit_202_count = 2;
    home.box().uploads().parts_mismatch_once = true;
    BOXGATE_SUCCEEDS(user.store("/a", large));
    BOOST_TEST(holds("/a", large));
    BOOST_TEST(home.calls(session_commits) == 4u);
}

BOOST_FIXTURE_TEST_CASE(a_commit_that_fails_before_it_was_done_is_repeated, box_case) {
    answer(session_commits, 502);
    trouble(session_commits, 1, [](auto& what) { what.reset = true; });
    BOXGATE_SUCCEEDS(user.store("/a", large));
    BOOST_TEST(holds("/a", large));
    BOOST_TEST(versions("/a") == 1u);
    BOOST_TEST(home.calls("POST /files/upload_sessions") == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_commit_whose_answer_is_lost_is_settled_by_asking, box_case) {
    lose_answer(session_commits);
    const auto stored = user.store("/a", large);
    BOOST_REQUIRE(!stored.has_error());
    BOOST_TEST(stored->stored.sha1 == sha1_of(large));
    BOOST_TEST(versions("/a") == 1u);
    BOOST_TEST(home.calls(session_commits) == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_new_version_whose_commit_is_lost_is_stored_once, box_case) {
    user.put("/a", "old");
    lose_answer(session_commits);
    BOXGATE_SUCCEEDS(user.store("/a", large));
    BOOST_TEST(holds("/a", large));
    BOOST_TEST(versions("/a") == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_post_whose_answer_is_lost_is_settled_by_asking, box_case) {
    lose_answer(direct_posts);
    BOXGATE_SUCCEEDS(user.store("/a", small));
    BOOST_TEST(versions("/a") == 1u);
    BOOST_TEST(home.calls("POST /files/content") == 1u);
    lose_answer(direct_posts);
    BOXGATE_SUCCEEDS(user.store("/a", "another"));
    BOOST_TEST(holds("/a", "another"));
    BOOST_TEST(versions("/a") == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_created_file_whose_answer_is_lost_is_not_taken_for_another_s, box_case) {
    trouble(direct_posts, 1, [](auto& what) {
        what.after = true;
        what.status = 502;
    });
    // Box does not show the file at once: the POST is repeated and meets it.
    answer("OPTIONS /files/content", 200, 1);
    BOXGATE_SUCCEEDS(user.store("/a", small, write_mode::create));
    BOOST_TEST(holds("/a", small));
    BOOST_TEST(versions("/a") == 1u);
    BOOST_TEST(home.calls("POST /files/content") == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_post_that_fails_before_it_was_done_is_repeated, box_case) {
    answer(direct_posts, 500);
    trouble(direct_posts, 1, [](auto& what) { what.reset = true; });
    refuse(direct_posts, 400, "bad_digest");
    refuse(direct_posts, 409, "operation_blocked_temporary");
    BOXGATE_SUCCEEDS(user.store("/a", small));
    BOOST_TEST(holds("/a", small));
    BOOST_TEST(versions("/a") == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_token_that_ends_in_the_middle_is_not_noticed, box_case) {
    BOOST_TEST(user.names("/").empty());
    home.box().tokens().expire_all();
    BOXGATE_SUCCEEDS(user.store("/a", small));
    home.box().tokens().expire_all();
    BOXGATE_SUCCEEDS(user.store("/b", large));
    BOOST_TEST(holds("/b", large));
}

BOOST_FIXTURE_TEST_CASE(a_name_that_others_took_gets_a_new_version, box_case) {
    BOOST_TEST(user.names("/").empty());
    for (const auto* content : {&small, &large}) {
        const auto path = "/" + std::to_string(content->size());
        home.box().items().seed(box_fixture::user_id, path, "another's");
        BOXGATE_SUCCEEDS(user.store(path, *content));
        BOOST_TEST(holds(path, *content));
        BOOST_TEST(versions(path) == 2u);
    }
}

BOOST_FIXTURE_TEST_CASE(a_file_that_others_changed_is_looked_at_again_and_replaced, box_case) {
    for (const auto* content : {&small, &large}) {
        const auto path = "/" + std::to_string(content->size());
        user.put(path, "mine");
        home.box().items().seed(box_fixture::user_id, path, "another's");
        BOXGATE_SUCCEEDS(user.store(path, *content));
        BOOST_TEST(holds(path, *content));
        BOOST_TEST(versions(path) == 3u);
    }
    // The parts were not sent twice for it.
    BOOST_TEST(home.calls(part_puts) == 8u);
}

BOOST_FIXTURE_TEST_CASE(a_file_that_others_deleted_is_stored_anew, box_case) {
    for (const auto* content : {&small, &large}) {
        const auto path = "/" + std::to_string(content->size());
        const auto before = user.put(path, "mine");
        home.box().items().remove(box_fixture::user_id, "file", before.id, false, "");
        BOXGATE_SUCCEEDS(user.store(path, *content));
        BOOST_TEST(holds(path, *content));
    }
}

BOOST_FIXTURE_TEST_CASE(a_new_file_that_box_stored_otherwise_is_deleted, box_case) {
    trouble(direct_posts, 1, [](auto& what) { what.damage = true; });
    answer("DELETE /files/{id}", 503);
    const auto outcome = user.store("/a", small);
    BOXGATE_FAILS_WITH(changed, outcome);
    BOOST_TEST(outcome.error().detail.find("was restored") != std::string::npos);
    BOOST_TEST(!home.stored("/a").has_value());
    BOXGATE_FAILS_WITH(not_found, user.stat("/a"));
}

BOOST_FIXTURE_TEST_CASE(a_version_that_box_stored_otherwise_gives_way_to_the_one_before, box_case) {
    user.put("/a", "old");
    trouble(direct_posts, 1, [](auto& what) { what.damage = true; });
    lose_answer("POST /files/{id}/versions/current");
    const auto outcome = user.store("/a", small);
    BOXGATE_FAILS_WITH(changed, outcome);
    BOOST_TEST(outcome.error().detail.find("was restored") != std::string::npos);
    BOOST_TEST(holds("/a", "old"));
    BOOST_TEST(user.get("/a") == "old");
}

BOOST_FIXTURE_TEST_CASE(that_the_state_before_could_not_be_restored_is_said, box_case) {
    trouble(direct_posts, 1, [](auto& what) { what.damage = true; });
    refuse("DELETE /files/{id}", 403, "forbidden", -1);
    const auto outcome = user.store("/a", small);
    BOXGATE_FAILS_WITH(changed, outcome);
    BOOST_TEST(outcome.error().detail.find("RESTORING THE STATE BEFORE FAILED") != std::string::npos);
    BOOST_TEST(outcome.error().detail.find(home.item_at("/a")->id) != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
