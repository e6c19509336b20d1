#include "box/tree.hpp"

#include "tests/unit/box/tree_lab.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(tree)

using namespace boxgate;
using namespace std::chrono_literals;
using box::api::item_type;
using boxgate::testing::conflict_json;
using boxgate::testing::error_json;
using boxgate::testing::item_json;
using boxgate::testing::tree_lab;
using storage::errc;
using words = std::vector<std::string>;

namespace {

const std::string preflight = "OPTIONS /files/content";

}  // namespace

BOOST_AUTO_TEST_CASE(a_folder_is_one_call_and_known_to_be_empty) {
    tree_lab box;
    box.api->answers(201, item_json("folder", "10", "a", "0")).answers(201, item_json("folder", "11", "b", "10"));
    BOOST_TEST(box.mkdir("/a") == "ok");
    BOOST_TEST(box.mkdir("/a/b") == "ok");
    BOOST_TEST((box.asked() == words{"POST /folders", "POST /folders"}));
}

BOOST_AUTO_TEST_CASE(what_is_missing_from_a_folder_just_made_is_one_look_up) {
    tree_lab box;
    box.api->answers(201, item_json("folder", "10", "a", "0")).answers(200, "{}");
    BOOST_TEST(box.mkdir("/a") == "ok");
    BOOST_TEST(box.word(box.run(box.subject.describe("0", box.at("/a/x")))) == "not_found");
    BOOST_TEST((box.asked() == words{"POST /folders", preflight}));
}

BOOST_AUTO_TEST_CASE(a_folder_that_exists_is_learned_from_the_refusal) {
    tree_lab box;
    box.api->answers(409, conflict_json("folder", "10", "a")).answers(201, item_json("folder", "11", "b", "10"));
    BOOST_TEST(box.mkdir("/a") == "exists");
    BOOST_TEST(box.mkdir("/a/b") == "ok");
    BOOST_TEST(box.asked().size() == 2U);
}

BOOST_AUTO_TEST_CASE(of_racing_makers_of_one_folder_one_asks_box_and_one_succeeds) {
    tree_lab box;
    using namespace boost::asio::experimental::awaitable_operators;
    box.api->hold();
    box.api->answers(201, item_json("folder", "10", "New", "0"));
    const auto maker = [](tree_lab& in, std::string name) -> boost::asio::awaitable<bool> {
        const auto made = co_await in.subject.make_directory("0", tree_lab::at(name));
        if (made.has_error()) BOOST_TEST(made.error().code == errc::exists);
        co_return made.has_value();
    };
    const auto release = [](tree_lab& in) -> boost::asio::awaitable<bool> {
        while (in.api->requests().empty()) co_await boost::asio::post(boost::asio::use_awaitable);
        in.api->release();
        co_return true;
    };
    const auto all = [&]() -> boost::asio::awaitable<int> {
        auto one = maker(box, "/New"), two = maker(box, "/new"), three = maker(box, "/NEW");
        auto open = release(box);
        const auto made = co_await (std::move(one) && std::move(two) && std::move(three) && std::move(open));
        co_return std::get<0>(made) + std::get<1>(made) + std::get<2>(made);
    };
    BOOST_TEST(box.run(all()) == 1);
    BOOST_TEST(box.asked().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_folder_whose_making_was_not_answered_is_looked_for) {
    tree_lab made;
    made.api->answers(503)
        .answers(409, conflict_json("folder", "10", "a"))
        .answers(200, item_json("folder", "10", "a", "0"));
    BOOST_TEST(made.mkdir("/a") == "ok");
    // Not there yet: asked for again, and if the first try comes through after all, that is no conflict.
    tree_lab late;
    late.api->answers(503).answers(200, "{}").answers(409, conflict_json("folder", "10", "a"));
    BOOST_TEST(late.mkdir("/a") == "ok");
    BOOST_TEST((late.asked() == words{"POST /folders", preflight, "POST /folders"}));
}

BOOST_AUTO_TEST_CASE(what_had_the_name_before_is_not_taken_for_the_folder_whose_making_was_not_answered) {
    tree_lab file;
    file.api->answers(503)
        .answers(409, conflict_json("file", "10", "a"))
        .answers(200, item_json("file", "10", "a", "0"));
    BOOST_TEST(file.mkdir("/a") == "exists");
    const auto folder_of = [](const std::string& created) {
        auto json = item_json("folder", "10", "a", "0");
        json.insert(1, R"("created_at":")" + created + R"(",)");
        return json;
    };
    tree_lab old;
    old.api->answers(503)
        .answers(409, conflict_json("folder", "10", "a"))
        .answers(200, folder_of("2020-01-01T00:00:00Z"));
    BOOST_TEST(old.mkdir("/a") == "exists");
    tree_lab fresh;
    fresh.api->answers(503)
        .answers(409, conflict_json("folder", "10", "a"))
        .answers(200, folder_of("2199-01-01T00:00:00Z"));
    BOOST_TEST(fresh.mkdir("/a") == "ok");
}

BOOST_AUTO_TEST_CASE(a_stale_parent_is_looked_up_once_more) {
    tree_lab box;
    box.know("folder", "10", "a");
    box.api->answers(404, error_json("not_found"))
        .answers(409, conflict_json("folder", "20", "a"))
        .answers(201, item_json("folder", "21", "b", "20"));
    BOOST_TEST(box.mkdir("/a/b") == "ok");
    BOOST_TEST(box.request(2).body.find("\"20\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_known_file_is_deleted_by_one_call_and_then_unknown) {
    tree_lab box;
    box.know("file", "11", "f");
    box.api->answers(204).answers(200, "{}");
    BOOST_TEST(box.remove("/f") == "ok");
    BOOST_TEST(box.remove("/f") == "not_found");
    BOOST_TEST((box.asked() == words{"DELETE /files/11", preflight}));
}

BOOST_AUTO_TEST_CASE(a_stale_id_is_not_the_end_of_a_deletion) {
    tree_lab box;
    box.know("file", "11", "f");
    box.api->answers(404, error_json("trashed")).answers(409, conflict_json("file", "12", "f")).answers(204);
    BOOST_TEST(box.remove("/f") == "ok");
    BOOST_TEST((box.asked() == words{"DELETE /files/11", preflight, "DELETE /files/12"}));
}

BOOST_AUTO_TEST_CASE(a_file_that_was_changed_meanwhile_is_looked_at_before_it_is_deleted) {
    tree_lab box;
    box.know("file", "11", "f");
    box.api->answers(412, error_json("precondition_failed"))
        .answers(409, conflict_json("file", "12", "f"))
        .answers(204);
    BOOST_TEST(box.remove("/f") == "ok");
    BOOST_TEST((box.asked() == words{"DELETE /files/11", preflight, "DELETE /files/12"}));
    BOOST_TEST(box.request(0).headers["If-Match"] == "0");
}

BOOST_AUTO_TEST_CASE(a_folder_that_was_moved_away_meanwhile_is_not_deleted_where_it_is) {
    tree_lab box;
    box.know("folder", "12", "d");
    box.api->answers(412, error_json("precondition_failed")).answers(200, "{}");
    BOOST_TEST(box.remove("/d", item_type::folder) == "not_found");
    BOOST_TEST((box.asked() == words{"DELETE /folders/12", preflight}));
    BOOST_TEST(box.request(0).headers["If-Match"] == "0");
}

BOOST_AUTO_TEST_CASE(kinds_are_not_mixed_up) {
    tree_lab box;
    box.know("file", "11", "f");
    box.know("folder", "12", "d");
    BOOST_TEST(box.remove("/d") == "is_a_directory");
    BOOST_TEST(box.remove("/f", item_type::folder) == "not_a_directory");
    BOOST_TEST(box.remove("/", item_type::folder) == "denied");
    BOOST_TEST(box.asked().empty());
    box.api->answers(400, error_json("folder_not_empty"));
    BOOST_TEST(box.remove("/d", item_type::folder) == "not_empty");
}

BOOST_AUTO_TEST_CASE(a_deletion_that_was_not_answered_is_settled_by_asking) {
    tree_lab gone;
    gone.know("file", "11", "f");
    gone.api->answers(502).answers(404, error_json("trashed"));
    BOOST_TEST(gone.remove("/f") == "ok");
    // Not carried out: asked for again; gone by then is gone.
    tree_lab there;
    there.know("file", "11", "f");
    there.api->answers(502).answers(200, item_json("file", "11", "f", "0")).answers(404, error_json("trashed"));
    BOOST_TEST(there.remove("/f") == "ok");
    tree_lab never;
    never.know("file", "11", "f");
    for (int i = 0; i < 3; ++i) never.api->answers(502).answers(200, item_json("file", "11", "f", "0"));
    BOOST_TEST(never.remove("/f") == "unavailable");
    BOOST_TEST(never.api->unplayed() == 0U);
}

BOOST_AUTO_TEST_CASE(whether_a_file_is_there_is_asked_for_until_box_is_back) {
    box::api::item file;
    file.id = "11";
    file.parent_id = "0";
    tree_lab gone;
    gone.know("file", "11", "f");
    for (int i = 0; i < 12; ++i) gone.api->answers(502);
    gone.api->answers(404, error_json("trashed"));
    BOOST_TEST(!gone.run(gone.subject.current_state(file)).value());
    BOOST_TEST(!gone.subject.names().known_child("0", "f"));
    tree_lab there;
    there.api->answers(200, item_json("file", "11", "f", "0"));
    BOOST_TEST(there.run(there.subject.current_state(file)).value()->name == "f");
    tree_lab away;
    for (int i = 0; i < 100; ++i) away.api->answers(502);
    const auto begin = away.steady;
    BOOST_TEST(away.word(away.run(away.subject.current_state(file))) == "unavailable");
    BOOST_TEST((away.steady - begin >= 45s));
    BOOST_TEST((away.steady - begin <= 75s));
}

BOOST_AUTO_TEST_CASE(a_folder_s_deletion_that_outlasts_box_s_patience_is_waited_for) {
    tree_lab box;
    box.know("folder", "12", "d");
    box.api->takes(600s, box.steady).answers(503, error_json("unavailable"));
    for (int i = 0; i < 5; ++i) box.api->answers(200, item_json("folder", "12", "d", "0"));
    box.api->answers(404, error_json("trashed"));
    BOOST_TEST(box.remove("/d", item_type::folder) == "ok");
    words expected{"DELETE /folders/12"};
    expected.insert(expected.end(), 6, "GET /folders/12");
    BOOST_TEST((box.asked() == expected));
}

BOOST_AUTO_TEST_CASE(space_is_asked_for_once_a_minute) {
    tree_lab box;
    box.api->answers(200, R"({"id":"1","space_amount":100,"space_used":30})")
        .answers(200, R"({"id":"1","space_amount":100,"space_used":40})");
    BOOST_TEST(box.run(box.subject.space()).value().free == 70U);
    BOOST_TEST(box.run(box.subject.space()).value().free == 70U);
    box.steady += 61s;
    BOOST_TEST(box.run(box.subject.space()).value().free == 60U);
}

BOOST_AUTO_TEST_SUITE_END()
