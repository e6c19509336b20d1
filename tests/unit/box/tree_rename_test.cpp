#include "box/aside.hpp"
#include "tests/unit/box/tree_lab.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(tree_rename)

using namespace boxgate;
using namespace std::chrono_literals;
using boxgate::testing::conflict_json;
using boxgate::testing::error_json;
using boxgate::testing::item_json;
using boxgate::testing::page_json;
using boxgate::testing::tree_lab;
using conf::rename_over;
using words = std::vector<std::string>;

namespace {

const std::string preflight = "OPTIONS /files/content";
const std::string aside_name = box::aside("12", "old").to_name();

// "old" (11) is there, and "new" (12) is to take its name.
struct lab : tree_lab {
    lab() {
        know("file", "11", "old");
        know("file", "12", "new");
    }
    std::string name_in(std::size_t request) const {
        const auto& body = api->requests().at(request).body;
        const auto begin = body.find("\"name\":\"") + 8;
        return body.substr(begin, body.find('"', begin) - begin);
    }
    words list() {
        words names;
        const auto page = run(subject.list("0", "", 0)).value();
        for (const auto& one : page.content.entries) names.push_back(one.name);
        return names;
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_renaming_or_a_move_is_one_call) {
    lab box;
    box.know("folder", "20", "dir");
    box.api->answers(200, item_json("file", "12", "fresh", "0")).answers(200, item_json("file", "12", "again", "20"));
    BOOST_TEST(box.rename("/new", "/fresh") == "ok");
    BOOST_TEST(box.rename("/fresh", "/dir/again") == "ok");
    BOOST_TEST((box.asked() == words{"PUT /files/12", "PUT /files/12"}));
    BOOST_TEST(box.request(1).body == R"({"name":"again","parent":{"id":"20"}})");
}

BOOST_AUTO_TEST_CASE(upper_and_lower_case_alone_can_be_changed) {
    lab box;
    box.api->answers(200, item_json("file", "11", "OLD", "0"));
    BOOST_TEST(box.rename("/old", "/OLD") == "ok");
    BOOST_TEST((box.asked() == words{"PUT /files/11"}));
}

BOOST_AUTO_TEST_CASE(the_old_file_steps_aside_and_goes_when_the_new_one_is_there) {
    lab box;
    box.api->answers(200, item_json("file", "11", aside_name, "0"))
        .answers(200, item_json("file", "12", "old", "0"))
        .answers(204);
    BOOST_TEST(box.rename("/new", "/old") == "ok");
    BOOST_TEST((box.asked() == words{"PUT /files/11", "PUT /files/12", "DELETE /files/11"}));
    BOOST_TEST(box.name_in(0) == aside_name);
    BOOST_TEST(box.run(box.subject.names().find("0", box.at("/old"))).value().id == "12");
}

BOOST_AUTO_TEST_CASE(if_the_new_file_cannot_have_the_name_the_old_one_comes_back) {
    lab box;
    box.api->answers(200, item_json("file", "11", aside_name, "0"))
        .answers(403, error_json("access_denied_item_locked"))
        .answers(200, item_json("file", "11", "old", "0"));
    BOOST_TEST(box.rename("/new", "/old") == "locked");
    BOOST_TEST(box.name_in(2) == "old");
    BOOST_TEST(box.run(box.subject.names().find("0", box.at("/old"))).value().id == "11");
    BOOST_TEST(box.asked().size() == 3U);
}

BOOST_AUTO_TEST_CASE(if_the_old_file_cannot_step_aside_nothing_has_happened) {
    lab box;
    box.api->answers(403, error_json("access_denied_insufficient_permissions"));
    BOOST_TEST(box.rename("/new", "/old") == "denied");
    BOOST_TEST(box.run(box.subject.names().find("0", box.at("/old"))).value().id == "11");
    BOOST_TEST(box.run(box.subject.names().find("0", box.at("/new"))).value().id == "12");
}

BOOST_AUTO_TEST_CASE(nobody_finds_the_name_missing_meanwhile) {
    lab box;
    const auto find = [&] { return box.run(box.subject.names().fresh_child("0", "old")).value().id; };
    box.api->answers(200, item_json("file", "11", aside_name, "0"))
        .answers(200, item_json("file", "12", "old", "0"))
        .answers(204);
    std::vector<std::string> seen;
    box.api->at_each_request([&] {
        const auto held = box.subject.names().known_child("0", "old");
        seen.push_back(held ? held->id : "missing");
    });
    BOOST_TEST(box.rename("/new", "/old") == "ok");
    BOOST_TEST((seen == words{"11", "11", "12"}));
    box.api->answers(409, conflict_json("file", "12", "old"));
    BOOST_TEST(find() == "12");
}

BOOST_AUTO_TEST_CASE(without_the_right_to_replace_what_is_there_stays) {
    lab box;
    const auto refused = box.rename_over("/new", "/old", rename_over::swap, false);
    BOOST_TEST(refused.error().code == storage::errc::exists);
    BOOST_TEST(box.asked().empty());
    box.know("folder", "20", "dir");
    BOOST_TEST(box.rename("/new", "/dir") == "exists");
    BOOST_TEST(box.asked().empty());
}

BOOST_AUTO_TEST_CASE(a_file_of_another_case_is_refused_once_box_confirms_it) {
    lab box;
    const box::tree::replacing rules(true, true, rename_over::swap);
    const auto rename = [&] {
        return box.word(box.run(box.subject.rename("0", box.at("/new"), box.at("/OLD"), rules)));
    };
    box.api->answers(409, conflict_json("file", "11", "old"));
    BOOST_TEST(rename() == "exists");
    BOOST_TEST((box.asked_since() == words{preflight}));
    // It has gone meanwhile.
    box.api->answers(200, "{}").answers(200, item_json("file", "12", "OLD", "0"));
    BOOST_TEST(rename() == "ok");
    BOOST_TEST((box.asked_since() == words{preflight, "PUT /files/12"}));
}

BOOST_AUTO_TEST_CASE(what_is_in_the_way_is_found_out_by_the_refusal) {
    tree_lab box;
    box.know("file", "12", "new");
    box.api->answers(409, error_json("item_name_in_use"))
        .answers(409, conflict_json("file", "11", "old"))
        .answers(200, item_json("file", "11", aside_name, "0"))
        .answers(200, item_json("file", "12", "old", "0"))
        .answers(204);
    BOOST_TEST(box.rename("/new", "/old") == "ok");
    BOOST_TEST(box.api->unplayed() == 0U);
}

BOOST_AUTO_TEST_CASE(a_crash_before_the_new_file_came_is_undone_by_the_next_listing) {
    tree_lab box;
    box.api->answers(200, page_json({item_json("file", "11", aside_name, "0"), item_json("file", "12", "new", "0")}))
        .answers(200, "{}")
        .answers(200, item_json("file", "11", "old", "0"));
    const auto page = box.run(box.subject.list("0", "", 0)).value();
    BOOST_REQUIRE(page.content.entries.size() == 2U);
    BOOST_TEST(page.content.entries[1].name == "old");
    BOOST_TEST((box.asked() == words{"GET /folders/0/items", preflight, "PUT /files/11"}));
}

BOOST_AUTO_TEST_CASE(a_crash_before_the_old_file_went_is_finished_by_the_next_listing) {
    lab box;
    box.api->answers(200, page_json({item_json("file", "11", aside_name, "0"), item_json("file", "12", "old", "0")}))
        .answers(409, conflict_json("file", "12", "old"))
        .answers(204);
    BOOST_TEST((box.list() == words{"old"}));
    BOOST_TEST((box.asked() == words{"GET /folders/0/items", preflight, "DELETE /files/11"}));
}

BOOST_AUTO_TEST_CASE(who_asks_by_name_after_a_crash_finds_the_file_too) {
    tree_lab box;
    box.api->answers(200, "{}")
        .answers(200, page_json({item_json("file", "11", aside_name, "0")}))
        .answers(200, "{}")
        .answers(200, item_json("file", "11", "old", "0"));
    BOOST_TEST(box.run(box.subject.describe("0", box.at("/old"))).value().id == "11");
    BOOST_TEST((box.asked() == words{preflight, "GET /folders/0/items", preflight, "PUT /files/11"}));
    // The folder has been looked at: what is missing from it now is missing.
    box.api->answers(200, "{}").answers(200, "{}");
    BOOST_TEST(box.word(box.run(box.subject.describe("0", box.at("/other")))) == "not_found");
    BOOST_TEST(box.word(box.run(box.subject.describe("0", box.at("/other")))) == "not_found");
    BOOST_TEST(box.api->unplayed() == 0U);
}

BOOST_AUTO_TEST_CASE(a_swap_that_could_not_be_undone_is_undone_when_somebody_asks_by_name) {
    lab box;
    box.api->answers(200, page_json({item_json("file", "11", "old", "0"), item_json("file", "12", "new", "0")}));
    box.list();
    box.api->answers(200, item_json("file", "11", aside_name, "0"))
        .answers(403, error_json("access_denied_item_locked"))
        .answers(403, error_json("access_denied_item_locked"));
    BOOST_TEST(box.rename("/new", "/old") == "locked");
    // Box is not through with it at first.
    box.api->answers(200, "{}")
        .answers(200, page_json({item_json("file", "11", aside_name, "0")}))
        .answers(200, "{}")
        .answers(403, error_json("access_denied_item_locked"));
    BOOST_TEST(box.word(box.run(box.subject.describe("0", box.at("/old")))) == "not_found");
    box.asked_since();
    box.api->answers(200, "{}")
        .answers(200, page_json({item_json("file", "11", aside_name, "0")}))
        .answers(200, "{}")
        .answers(200, item_json("file", "11", "old", "0"));
    const auto found = box.run(box.subject.describe("0", box.at("/old")));
    BOOST_TEST(box.word(found) == "ok");
    BOOST_TEST((found.has_value() && found->id == "11"));
    BOOST_TEST((box.asked_since() == words{preflight, "GET /folders/0/items", preflight, "PUT /files/11"}));
    box.api->answers(200, "{}");
    BOOST_TEST(box.word(box.run(box.subject.describe("0", box.at("/other")))) == "not_found");
    BOOST_TEST((box.asked_since() == words{preflight}));
}

// Else the file that waits aside would lose its name to a new one, and with it its history.
BOOST_AUTO_TEST_CASE(an_upload_to_the_name_of_a_swap_that_could_not_be_undone_meets_the_old_file) {
    lab box;
    box.api->answers(200, item_json("file", "11", aside_name, "0"))
        .answers(403, error_json("access_denied_item_locked"))
        .answers(403, error_json("access_denied_item_locked"));
    BOOST_TEST(box.rename("/new", "/old") == "locked");
    box.asked_since();
    box.api->answers(200, page_json({item_json("file", "11", aside_name, "0")}))
        .answers(200, "{}")
        .answers(200, item_json("file", "11", "old", "0"));
    const auto place = box.run(box.subject.place_of_upload("0", box.at("/old"))).value();
    BOOST_REQUIRE(place.existing);
    BOOST_TEST(place.existing->id == "11");
    BOOST_TEST(box.api->unplayed() == 0U);
}

BOOST_AUTO_TEST_CASE(unfinished_uploads_become_new_versions_of_what_they_replace) {
    for (const std::string name : {"old.filepart", "old.part", "x.TMP"}) {
        lab box;
        box.know("file", "13", name);
        const auto step = box.rename_over("/" + name, "/old", rename_over::by_name).value();
        BOOST_REQUIRE(step.source);
        BOOST_TEST(step.source->id == "13");
        BOOST_TEST(box.asked().empty());
    }
    lab box;
    BOOST_TEST(box.rename_over("/new", "/old", rename_over::new_version).value().source.has_value());
}

BOOST_AUTO_TEST_CASE(one_name_is_replaced_by_one_session_at_a_time) {
    lab box;
    box::api::item old;
    old.id = "11";
    old.name = "old";
    const auto another_s = box.subject.names().step_aside("0", old, "77");
    BOOST_TEST(box.rename("/new", "/OLD") == "busy");
    BOOST_TEST(box.asked().empty());
}

BOOST_AUTO_TEST_CASE(large_files_are_swapped_whatever_is_set) {
    lab box;
    box.settings.direct_upload_limit = 6;
    box.api->answers(200, item_json("file", "11", aside_name, "0"))
        .answers(200, item_json("file", "12", "old", "0"))
        .answers(204);
    BOOST_TEST(!box.rename_over("/new", "/old", rename_over::new_version).value().source);
}

BOOST_AUTO_TEST_CASE(a_name_too_long_to_step_aside_under_is_replaced_by_a_version) {
    lab box;
    const std::string name(250, 'n');
    box.know("file", "14", name);
    BOOST_TEST(box.rename_over("/new", "/" + name, rename_over::swap).value().source.has_value());
    box.settings.direct_upload_limit = 6;
    BOOST_TEST(box.rename("/new", "/" + name) == "exists");
    BOOST_TEST(box.asked().empty());
}

BOOST_AUTO_TEST_CASE(a_stale_source_or_folder_is_looked_up_once_more) {
    lab box;
    box.know("folder", "20", "dir");
    box.api->answers(404, error_json("not_found"))
        .answers(409, conflict_json("file", "13", "new"))
        .answers(409, conflict_json("folder", "21", "dir"))
        .answers(200, item_json("file", "13", "x", "21"));
    BOOST_TEST(box.rename("/new", "/dir/x") == "ok");
    BOOST_TEST((box.asked() == words{"PUT /files/12", preflight, preflight, "PUT /files/13"}));
}

// The cache believes in a file that is no longer what it was.
BOOST_AUTO_TEST_CASE(a_file_that_was_changed_meanwhile_does_not_step_aside) {
    lab box;
    box.api->answers(412, error_json("precondition_failed"))
        .answers(409, conflict_json("file", "12", "new"))
        .answers(200, item_json("file", "12", "old", "0"));
    BOOST_TEST(box.rename("/new", "/old") == "ok");
    BOOST_TEST((box.asked() == words{"PUT /files/11", preflight, "PUT /files/12"}));
    BOOST_TEST(box.request(0).headers["If-Match"] == "0");
}

BOOST_AUTO_TEST_CASE(a_folder_that_was_moved_away_meanwhile_is_not_dragged_back) {
    lab box;
    box.know("folder", "20", "dir");
    box.api->answers(412, error_json("precondition_failed")).answers(200, "{}");
    BOOST_TEST(box.rename("/dir", "/other") == "not_found");
    BOOST_TEST((box.asked() == words{"PUT /folders/20", preflight}));
    BOOST_TEST(box.request(0).headers["If-Match"] == "0");
}

BOOST_AUTO_TEST_CASE(a_file_that_was_moved_away_meanwhile_is_left_there_under_its_name) {
    lab box;
    box.api->answers(200, item_json("file", "11", aside_name, "77"))
        .answers(200, item_json("file", "11", "old", "77"))
        .answers(409, conflict_json("file", "12", "new"))
        .answers(200, item_json("file", "12", "old", "0"));
    BOOST_TEST(box.rename("/new", "/old") == "ok");
    BOOST_TEST((box.asked() == words{"PUT /files/11", "PUT /files/11", preflight, "PUT /files/12"}));
    BOOST_TEST(box.request(0).body == R"({"name":")" + aside_name + R"("})");
    BOOST_TEST(box.request(1).body == R"({"name":"old"})");
}

BOOST_AUTO_TEST_CASE(a_target_that_others_have_deleted_is_no_obstacle) {
    lab box;
    box.api->answers(404, error_json("not_found"))
        .answers(409, conflict_json("file", "12", "new"))
        .answers(200, item_json("file", "12", "old", "0"));
    BOOST_TEST(box.rename("/new", "/old") == "ok");
    BOOST_TEST((box.asked() == words{"PUT /files/11", preflight, "PUT /files/12"}));
}

// The page was made while the new file had its name not yet, and comes when all is over.
BOOST_AUTO_TEST_CASE(a_page_that_comes_after_the_swap_shows_the_new_file_under_the_name) {
    tree_lab box;
    box.api->answers(200, page_json({item_json("file", "11", aside_name, "0"), item_json("file", "12", "new", "0")}))
        .answers(409, conflict_json("file", "12", "old"))
        .answers(404, error_json("trashed"))
        .answers(200, item_json("file", "12", "old", "0"));
    const auto page = box.run(box.subject.list("0", "", 0)).value();
    BOOST_REQUIRE(page.content.entries.size() == 1U);
    BOOST_TEST(page.content.entries[0].name == "old");
    BOOST_TEST(page.content.entries[0].size.value_or(0) == 7U);
    BOOST_TEST(box.lines.empty());
}

// The page was made before another's renaming was undone, and is looked at afterwards.
BOOST_AUTO_TEST_CASE(a_file_that_came_back_by_itself_is_not_settled_away) {
    lab box;
    box.api->answers(200, page_json({item_json("file", "11", aside_name, "0")}))
        .answers(409, conflict_json("file", "11", "old"))
        .answers(200, item_json("file", "11", "old", "0"));
    BOOST_TEST((box.list() == words{"old"}));
    BOOST_TEST((box.asked() == words{"GET /folders/0/items", preflight, "GET /files/11"}));
}

BOOST_AUTO_TEST_CASE(a_renaming_that_was_not_answered_is_settled_by_asking) {
    lab done;
    done.api->answers(502).answers(200, item_json("file", "12", "x", "0"));
    BOOST_TEST(done.rename("/new", "/x") == "ok");
    lab again;
    again.api->answers(502)
        .answers(200, item_json("file", "12", "new", "0"))
        .answers(200, item_json("file", "12", "x", "0"));
    BOOST_TEST(again.rename("/new", "/x") == "ok");
    BOOST_TEST((again.asked() == words{"PUT /files/12", "GET /files/12", "PUT /files/12"}));
    // The first try came through after Box was asked: to the second one the file has changed.
    lab late;
    late.api->answers(502)
        .answers(200, item_json("file", "12", "new", "0"))
        .answers(412, error_json("precondition_failed"))
        .answers(200, item_json("file", "12", "x", "0"));
    BOOST_TEST(late.rename("/new", "/x") == "ok");
    BOOST_TEST((late.asked() == words{"PUT /files/12", "GET /files/12", "PUT /files/12", "GET /files/12"}));
}

BOOST_AUTO_TEST_CASE(a_folder_s_move_that_outlasts_box_s_patience_is_waited_for) {
    lab box;
    box.know("folder", "20", "dir");
    box.api->takes(600s, box.steady).answers(503, error_json("unavailable"));
    for (int i = 0; i < 4; ++i) box.api->answers(200, item_json("folder", "20", "dir", "0"));
    box.api->answers(200, item_json("folder", "20", "moved", "0"));
    BOOST_TEST(box.rename("/dir", "/moved") == "ok");
    words expected{"PUT /folders/20"};
    expected.insert(expected.end(), 5, "GET /folders/20");
    BOOST_TEST((box.asked() == expected));
}

BOOST_AUTO_TEST_SUITE_END()
