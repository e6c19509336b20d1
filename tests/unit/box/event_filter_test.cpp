#include "box/event_filter.hpp"

#include "box/api/json.hpp"
#include "tests/unit/box/client_lab.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(event_filter)

using namespace boxgate;
using namespace std::chrono_literals;
using boxgate::testing::item_json;
using knowledge = box::path_cache::knowledge;

namespace {

const box::path_cache::clock::time_point start{std::chrono::hours(1)};

std::string event_json(const std::string& id, const std::string& type, const std::string& source) {
    return R"({"type":"event","event_id":")" + id + R"(","event_type":")" + type + R"(","source":)" + source + "}";
}

// A cache that knows the whole of folder 0: file 1 "a" in state 5, and folder 2 "dir" with file 3 in it.
struct lab {
    lab() {
        const auto mark = cache.begin_listing("0", start);
        cache.put("0", *box::api::parse_item(std::string_view(item_json("file", "1", "a", "0", 5))), start);
        cache.put("0", *box::api::parse_item(std::string_view(item_json("folder", "2", "dir", "0", 5))), start);
        cache.finish_listing("0", mark, start);
        cache.put("2", *box::api::parse_item(std::string_view(item_json("file", "3", "c", "2", 5))), start);
    }
    bool tell(const std::vector<std::string>& events) {
        std::string list;
        for (const auto& one : events) list += (list.empty() ? "" : ",") + one;
        const auto page =
            box::api::parse_events(R"({"chunk_size":1,"next_stream_position":7,"entries":[)" + list + "]}");
        return filter.apply(page.value(), cache);
    }
    knowledge of(const std::string& folder, const std::string& name) { return cache.find(folder, name, start).known; }

    box::path_cache cache{30s, 100};
    box::event_filter filter;
};

}  // namespace

BOOST_AUTO_TEST_CASE(what_we_have_done_ourselves_is_known_already) {
    lab box;
    BOOST_TEST(box.tell({event_json("e1", "ITEM_UPLOAD", item_json("file", "1", "a", "0", 5))}));
    BOOST_TEST((box.of("0", "a") == knowledge::present));
    BOOST_TEST((box.of("0", "new") == knowledge::absent));
}

BOOST_AUTO_TEST_CASE(a_later_state_is_forgotten_knowledge) {
    lab box;
    box.tell({event_json("e1", "ITEM_UPLOAD", item_json("file", "1", "a", "0", 6))});
    BOOST_TEST((box.of("0", "a") == knowledge::unknown));
    BOOST_TEST((box.of("0", "dir") == knowledge::present));
}

BOOST_AUTO_TEST_CASE(a_new_item_puts_its_folder_in_doubt) {
    lab box;
    box.tell({event_json("e1", "ITEM_CREATE", item_json("file", "9", "new", "0", 6))});
    BOOST_TEST((box.of("0", "new") == knowledge::unknown));
    BOOST_TEST((box.of("0", "a") == knowledge::present));
}

BOOST_AUTO_TEST_CASE(a_move_is_forgotten_where_it_came_from_though_no_event_says_where) {
    lab box;
    box.tell({event_json("e1", "ITEM_MOVE", item_json("file", "3", "c", "0", 6))});
    BOOST_TEST((box.of("2", "c") == knowledge::unknown));
    BOOST_TEST((box.of("0", "c") == knowledge::unknown));
}

BOOST_AUTO_TEST_CASE(what_went_to_the_trash_is_gone_with_what_is_in_it) {
    lab box;
    box.tell({event_json("e1", "ITEM_TRASH", item_json("folder", "2", "dir", "0", 6))});
    BOOST_TEST((box.of("0", "dir") == knowledge::absent));
    BOOST_TEST((box.of("2", "c") == knowledge::unknown));
}

BOOST_AUTO_TEST_CASE(what_went_to_the_trash_does_not_come_back_with_a_listing_that_was_under_way) {
    lab box;
    const auto mark = box.cache.begin_listing("0", start);
    box.tell({event_json("e1", "ITEM_TRASH", item_json("file", "9", "unknown", "0", 6))});
    const auto listed = box::api::parse_item(std::string_view(item_json("file", "9", "unknown", "0", 5))).value();
    box.cache.put_listed("0", mark, listed, start);
    BOOST_TEST((box.of("0", "unknown") != knowledge::present));
}

BOOST_AUTO_TEST_CASE(the_folder_where_a_tree_begins_is_forgotten_like_any_other) {
    lab box;
    boxgate::box::api::item root;
    root.id = "8";
    for (const char* what : {"ITEM_RENAME", "ITEM_TRASH"}) {
        box.cache.put_root(root, start);
        BOOST_TEST(box.cache.root("8", start).has_value());
        box.tell({event_json(std::string("e") + what, what, item_json("folder", "8", "projects", "0", 6))});
        BOOST_TEST(!box.cache.root("8", start).has_value());
    }
}

BOOST_AUTO_TEST_CASE(out_of_order_they_forget_as_much) {
    lab box;
    box.tell({event_json("e2", "ITEM_RENAME", item_json("file", "1", "b", "0", 7)),
              event_json("e1", "ITEM_UPLOAD", item_json("file", "1", "a", "0", 6))});
    BOOST_TEST((box.of("0", "a") == knowledge::unknown));
    BOOST_TEST((box.of("0", "b") == knowledge::unknown));
}

BOOST_AUTO_TEST_CASE(an_event_counts_once) {
    lab box;
    const auto event = event_json("e1", "ITEM_CREATE", item_json("file", "9", "new", "0", 6));
    BOOST_TEST(box.tell({event}));
    const auto mark = box.cache.begin_listing("0", start);
    box.cache.finish_listing("0", mark, start);
    BOOST_TEST(!box.tell({event, event}));
    BOOST_TEST((box.of("0", "new") == knowledge::absent));
    BOOST_TEST(!box.tell({}));
}

BOOST_AUTO_TEST_CASE(a_change_of_nobody_knows_what_forgets_everything) {
    lab box;
    box.tell({event_json("e1", "LOCK_DESTROY", "null")});
    BOOST_TEST((box.of("0", "a") == knowledge::present));
    box.tell({event_json("e2", "ITEM_TRASH", "null")});
    BOOST_TEST((box.of("0", "a") == knowledge::unknown));
}

BOOST_AUTO_TEST_CASE(sources_that_are_no_items_are_passed_over) {
    lab box;
    BOOST_TEST(box.tell({event_json("e1", "COLLAB_INVITE_COLLABORATOR", R"({"type":"collaboration","id":"5"})")}));
    BOOST_TEST((box.of("0", "a") == knowledge::present));
}

BOOST_AUTO_TEST_SUITE_END()
