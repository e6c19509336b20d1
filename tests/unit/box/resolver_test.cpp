#include "box/resolver.hpp"

#include "box/aside.hpp"
#include "tests/unit/box/client_lab.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>

BOOST_AUTO_TEST_SUITE(resolver)

using namespace boxgate;
using namespace std::chrono_literals;
using boxgate::testing::client_lab;
using boxgate::testing::conflict_json;
using boxgate::testing::error_json;
using boxgate::testing::item_json;
using boxgate::testing::page_json;
using storage::errc;
using storage::path;
using words = std::vector<std::string>;

namespace {

const std::string preflight = "OPTIONS /files/content";

struct lab : client_lab {
    path at(const std::string& text) { return path::parse(text).value(); }
    std::string find(const std::string& where) {
        const auto found = run(subject.find("0", at(where)));
        return found.has_value() ? found->id : std::string(storage::to_string(found.error().code));
    }
    std::string describe(const std::string& where) {
        const auto found = run(subject.describe("0", at(where)));
        return found.has_value() ? found->id + "/" + std::to_string(found->size.value_or(0))
                                 : std::string(storage::to_string(found.error().code));
    }
    std::vector<std::string> list(const std::string& folder) {
        std::vector<std::string> names;
        std::string marker;
        std::uint64_t mark = 0;
        do {
            const auto page = run(subject.list(folder, marker, mark)).value();
            for (const auto& one : page.content.entries) names.push_back(one.name);
            orphans.insert(orphans.end(), page.orphans.begin(), page.orphans.end());
            marker = page.content.next_marker;
            mark = page.mark;
        } while (!marker.empty());
        return names;
    }

    box::resolver subject{who, *client, endpoints, 30s, waiting.now};
    std::vector<box::api::item> orphans;
};

}  // namespace

BOOST_AUTO_TEST_CASE(each_name_of_a_path_is_one_call_and_then_none) {
    lab box;
    box.api->answers(409, conflict_json("folder", "10", "a")).answers(409, conflict_json("file", "11", "b"));
    BOOST_TEST(box.find("/a/b") == "11");
    BOOST_TEST(box.request(0).body == R"({"name":"a","parent":{"id":"0"}})");
    BOOST_TEST(box.request(1).body == R"({"name":"b","parent":{"id":"10"}})");
    BOOST_TEST((box.asked() == words{preflight, preflight}));
    BOOST_TEST(box.find("/a/b") == "11");
    BOOST_TEST(box.find("/A/B") == "11");
    BOOST_TEST(box.find("/") == "0");
    BOOST_TEST(box.asked().size() == 2U);
    box.steady += 31s;
    box.api->answers(409, conflict_json("folder", "10", "a")).answers(409, conflict_json("file", "12", "b"));
    BOOST_TEST(box.find("/a/b") == "12");
}

BOOST_AUTO_TEST_CASE(that_a_name_is_absent_is_asked_every_time) {
    lab box;
    box.api->answers(200, page_json({})).answers(200, "{}").answers(409, conflict_json("file", "11", "b"));
    BOOST_TEST(box.list("0").empty());
    BOOST_TEST(box.find("/b") == "not_found");
    BOOST_TEST(box.find("/b") == "11");
}

BOOST_AUTO_TEST_CASE(names_that_box_would_refuse_are_not_asked_for) {
    lab box;
    BOOST_TEST(box.find("/bad ") == "not_found");
    BOOST_TEST(box.asked().empty());
}

BOOST_AUTO_TEST_CASE(a_file_on_the_way_is_no_directory) {
    lab box;
    box.api->answers(409, conflict_json("file", "10", "a"));
    BOOST_TEST(box.find("/a/b") == "not_a_directory");
}

BOOST_AUTO_TEST_CASE(where_the_user_may_not_upload_the_listing_tells_and_preflights_are_not_tried_again) {
    lab box;
    box.api->answers(403, error_json("access_denied_insufficient_permissions"))
        .answers(200, page_json({item_json("file", "11", "a", "0")}, "m"))
        .answers(200, page_json({item_json("file", "12", "b", "0")}));
    BOOST_TEST(box.find("/b") == "12");
    BOOST_TEST((box.asked_since() == words{preflight, "GET /folders/0/items", "GET /folders/0/items"}));
    BOOST_TEST(box.find("/a") == "11");
    BOOST_TEST(box.asked_since().empty());
    box.api->answers(200, page_json({}));
    BOOST_TEST(box.find("/c") == "not_found");
    BOOST_TEST((box.asked_since() == words{"GET /folders/0/items"}));
}

BOOST_AUTO_TEST_CASE(a_listing_for_one_name_ends_with_the_page_that_has_it) {
    lab box;
    box.api->answers(403, error_json("access_denied_insufficient_permissions"))
        .answers(200, page_json({item_json("file", "11", "a", "0")}, "m"));
    BOOST_TEST(box.find("/a") == "11");
    BOOST_TEST((box.asked() == words{preflight, "GET /folders/0/items"}));
}

BOOST_AUTO_TEST_CASE(the_root_s_description_is_kept_for_as_long_as_others) {
    lab box;
    box.api->answers(200, item_json("folder", "0", "All Files", "")).answers(200, item_json("folder", "0", "x", ""));
    BOOST_TEST(box.describe("/") == "0/0");
    BOOST_TEST(box.describe("/") == "0/0");
    BOOST_TEST((box.asked_since() == words{"GET /folders/0"}));
    box.steady += 31s;
    BOOST_TEST(box.describe("/") == "0/0");
    BOOST_TEST((box.asked_since() == words{"GET /folders/0"}));
}

// The cache may hold less than the pages did: of a very large folder, or one that somebody else lists meanwhile.
BOOST_AUTO_TEST_CASE(the_pages_tell_and_not_what_the_cache_has_kept_of_them) {
    lab box;
    box::resolver forgetful(box.who, *box.client, box.endpoints, -1s, box.waiting.now);
    box.api->answers(403, error_json("access_denied_insufficient_permissions"))
        .answers(200, page_json({item_json("file", "11", "A", "0"), item_json("file", "12", "b", "0")}, "m"))
        .answers(200, page_json({item_json("file", "13", "a", "0"), item_json("file", "14", "B", "0")}));
    BOOST_TEST(box.run(forgetful.find("0", box.at("/a"))).value().id == "13");
    box.api->answers(403, error_json("access_denied_insufficient_permissions"))
        .answers(200, page_json({item_json("file", "11", "A", "0")}, "m"))
        .answers(200, page_json({}));
    BOOST_TEST(box.run(forgetful.find("0", box.at("/a"))).value().id == "11");
}

BOOST_AUTO_TEST_CASE(a_conflict_with_another_name_is_not_what_was_asked_for) {
    lab box;
    box.api->answers(409, conflict_json("file", "10", "other")).answers(200, page_json({}));
    BOOST_TEST(box.find("/name") == "not_found");
}

BOOST_AUTO_TEST_CASE(many_who_ask_for_a_name_are_one_call) {
    lab box;
    using namespace boost::asio::experimental::awaitable_operators;
    box.api->hold();
    box.api->answers(409, conflict_json("file", "11", "b"));
    const auto asker = [](lab& in) -> boost::asio::awaitable<std::string> {
        const auto found = co_await in.subject.find("0", in.at("/b"));
        co_return found.value().id;
    };
    const auto release = [](lab& in) -> boost::asio::awaitable<bool> {
        while (in.api->requests().empty()) co_await boost::asio::post(boost::asio::use_awaitable);
        in.api->release();
        co_return true;
    };
    const auto all = [&]() -> boost::asio::awaitable<std::size_t> {
        auto one = asker(box), two = asker(box), three = asker(box);
        auto open = release(box);
        const auto got = co_await (std::move(one) && std::move(two) && std::move(three) && std::move(open));
        co_return (std::get<0>(got) == "11") + (std::get<1>(got) == "11") + (std::get<2>(got) == "11");
    };
    BOOST_TEST(box.run(all()) == 3U);
    BOOST_TEST(box.asked().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_description_needs_one_call_where_the_cache_holds_less) {
    lab box;
    box.api->answers(409, conflict_json("file", "11", "b")).answers(200, item_json("file", "11", "b", "0"));
    BOOST_TEST(box.describe("/b") == "11/7");
    BOOST_TEST(box.describe("/b") == "11/7");
    BOOST_TEST((box.asked() == words{preflight, "GET /files/11"}));
}

BOOST_AUTO_TEST_CASE(a_stale_id_is_looked_up_once_more_and_nobody_notices) {
    for (const unsigned status : {404U, 405U}) {
        lab box;
        box.api->answers(409, conflict_json("file", "11", "b"));
        BOOST_TEST(box.find("/b") == "11");
        box.api->answers(status, error_json("trashed"))
            .answers(409, conflict_json("file", "12", "b"))
            .answers(200, item_json("file", "12", "b", "0"));
        BOOST_TEST(box.describe("/b") == "12/7");
    }
}

BOOST_AUTO_TEST_CASE(a_stale_folder_on_the_way_is_looked_up_once_more) {
    lab box;
    box.api->answers(409, conflict_json("folder", "10", "a"));
    BOOST_TEST(box.find("/a") == "10");
    box.api->answers(404, error_json("not_found"))
        .answers(409, conflict_json("folder", "20", "a"))
        .answers(409, conflict_json("file", "21", "b"));
    BOOST_TEST(box.find("/a/b") == "21");
}

BOOST_AUTO_TEST_CASE(an_item_that_is_gone_for_good_is_not_found) {
    lab box;
    box.api->answers(409, conflict_json("file", "11", "b"));
    BOOST_TEST(box.find("/b") == "11");
    box.api->answers(404, error_json("not_found")).answers(200, "{}");
    BOOST_TEST(box.describe("/b") == "not_found");
}

BOOST_AUTO_TEST_CASE(what_was_distrusted_is_asked_for_again) {
    lab box;
    box.api->answers(409, conflict_json("folder", "10", "a")).answers(409, conflict_json("file", "11", "b"));
    box.find("/a/b");
    box.subject.distrust("0", box.at("/a/b"));
    box.api->answers(409, conflict_json("folder", "20", "a")).answers(409, conflict_json("file", "21", "b"));
    BOOST_TEST(box.find("/a/b") == "21");
}

BOOST_AUTO_TEST_CASE(a_folder_larger_than_the_cache_is_listed_page_by_page_all_the_same) {
    lab box;
    std::string marker;
    for (int page = 0; page < 26; ++page) {
        std::vector<std::string> items;
        for (int i = 0; i < 1000; ++i) {
            const auto number = std::to_string(page * 1000 + i + 1);
            items.push_back(item_json("file", number, "f" + number, "0"));
        }
        box.api->answers(200, page_json(items, page == 25 ? "" : "m" + std::to_string(page)));
    }
    BOOST_TEST(box.list("0").size() == 26'000U);
    BOOST_TEST(box.subject.cache().items() <= 25'000U);
}

// What a page shows is older than what happened while it was on its way.
BOOST_AUTO_TEST_CASE(a_page_under_way_does_not_undo_what_our_own_writes_have_taught) {
    lab box;
    const auto item = [](const std::string& id, const std::string& name, int sequence) {
        return box::api::parse_item(std::string_view(item_json("file", id, name, "0", sequence))).value();
    };
    box.subject.learned("0", item("11", "a", 1));
    box.api->at_each_request([&] { box.subject.learned("0", item("11", "a", 2)); });
    box.api->answers(200, page_json({item_json("file", "11", "a", "0", 1), item_json("file", "13", "c", "0", 1)}));
    BOOST_TEST((box.list("0") == words{"a", "c"}));
    BOOST_TEST(box.subject.known_child("0", "c").has_value());
    BOOST_REQUIRE(box.subject.known_child("0", "a"));
    BOOST_TEST(box.subject.known_child("0", "a")->sequence_id.value() == 2);
    box.api->at_each_request([&] { box.subject.removed("0", "11"); });
    box.api->answers(200, page_json({item_json("file", "11", "a", "0", 2)}));
    BOOST_TEST((box.list("0") == words{"a"}));
    BOOST_TEST(!box.subject.known_child("0", "a"));
    // Between two pages: the first is good, the second may have been made before.
    int requests = 0;
    box.api->at_each_request([&] {
        if (++requests == 2) box.subject.removed("0", "12");
    });
    box.api->answers(200, page_json({item_json("file", "11", "a", "0", 3)}, "m"))
        .answers(200, page_json({item_json("file", "12", "b", "0", 3)}));
    BOOST_TEST((box.list("0") == words{"a", "b"}));
    BOOST_TEST(box.subject.known_child("0", "a").has_value());
    BOOST_TEST(!box.subject.known_child("0", "b"));
}

// Many sessions ask for names in a folder that another lists: neither spoils the other's knowledge.
BOOST_AUTO_TEST_CASE(a_look_up_during_a_listing_is_kept_and_so_is_the_page) {
    lab box;
    auto looked_up = box::api::parse_item(std::string_view(item_json("file", "11", "a", "0", 2))).value();
    box.api->at_each_request([&] { box.subject.cache().put("0", looked_up, box.steady); });
    box.api->answers(200, page_json({item_json("file", "11", "a", "0", 1), item_json("file", "12", "b", "0", 1)}));
    box.list("0");
    BOOST_TEST(box.subject.known_child("0", "a").value().sequence_id.value() == 2);
    BOOST_TEST(box.subject.known_child("0", "b").has_value());
}

BOOST_AUTO_TEST_CASE(while_a_file_is_replaced_its_name_shows_the_old_one_and_then_the_new_one) {
    lab box;
    box::api::item old;
    old.id = "11";
    old.name = "report";
    const auto aside = box::aside("12", "report").to_name();
    {
        auto running = box.subject.step_aside("0", old, "12");
        BOOST_TEST(box.find("/REPORT") == "11");
        BOOST_TEST(box.asked().empty());
        box.api->answers(200, page_json({item_json("file", "11", aside, "0"), item_json("file", "12", "new", "0")}));
        BOOST_TEST((box.list("0") == words{"new", "report"}));
        // The new one has the name already, though we have not heard so.
        box.api->answers(200, page_json({item_json("file", "11", aside, "0"), item_json("file", "12", "report", "0")}));
        BOOST_TEST((box.list("0") == words{"report"}));
        running.placed(box::api::parse_item(std::string_view(item_json("file", "12", "report", "0"))).value());
        BOOST_TEST(box.find("/report") == "12");
        box.api->answers(200, page_json({item_json("file", "11", aside, "0"), item_json("file", "12", "report", "0")}));
        BOOST_TEST((box.list("0") == words{"report"}));
        BOOST_TEST(box.orphans.empty());
    }
    box.api->answers(200, page_json({item_json("file", "11", aside, "0")}));
    BOOST_TEST(box.list("0").empty());
    BOOST_REQUIRE(box.orphans.size() == 1U);
    BOOST_TEST(box.orphans[0].id == "11");
}

// Box has made the page before the new file had the name; it comes when that is done.
BOOST_AUTO_TEST_CASE(no_page_misses_the_name_of_a_file_that_is_replaced) {
    lab box;
    box::api::item old;
    old.id = "11";
    old.name = "report";
    const auto aside = item_json("file", "11", box::aside("12", "report").to_name(), "0");
    auto running = box.subject.step_aside("0", old, "12");
    running.placed(box::api::parse_item(std::string_view(item_json("file", "12", "report", "0"))).value());
    for (const auto& one : {item_json("file", "12", "new", "0"), item_json("file", "13", "other", "0")}) {
        box.api->answers(200, page_json({aside, one}));
        const auto page = box.run(box.subject.list("0", "", 0)).value();
        const auto& shown = page.content.entries;
        const auto is_it = [](const box::api::item& each) { return each.name == "report" && each.id == "12"; };
        BOOST_TEST(std::count_if(shown.begin(), shown.end(), is_it) == 1);
        const auto is_new = [](const box::api::item& each) { return each.name == "new"; };
        BOOST_TEST(std::none_of(shown.begin(), shown.end(), is_new));
        BOOST_TEST(page.orphans.empty());
    }
}

// Several users of Box may share a folder; each has a root of its own.
BOOST_AUTO_TEST_CASE(another_identity_knows_of_a_swap_too) {
    lab box;
    const auto swaps = std::make_shared<box::swaps>();
    const auto somebody = std::make_shared<box::identity>("somebody", box.who->tokens(), "77");
    box::resolver ours(box.who, *box.client, box.endpoints, 30s, box.waiting.now, boxgate::runtime::telemetry::none(),
                       swaps);
    box::resolver theirs(somebody, *box.client, box.endpoints, 30s, box.waiting.now,
                         boxgate::runtime::telemetry::none(), swaps);
    box::api::item old;
    old.id = "11";
    old.name = "report";
    const auto aside = item_json("file", "11", box::aside("12", "report").to_name(), "50");
    const auto shared = ours.step_aside("50", old, "12");
    BOOST_TEST(theirs.is_being_swapped("50", "Report"));
    BOOST_TEST(theirs.known_child("50", "report").value().id == "11");
    box.api->answers(200, page_json({aside}));
    const auto page = box.run(theirs.list("50", "", 0)).value();
    BOOST_TEST(page.orphans.empty());
    BOOST_TEST(page.content.entries.at(0).name == "report");
    const auto own = ours.step_aside("0", old, "12");
    BOOST_TEST(!theirs.is_being_swapped("0", "report"));
}

BOOST_AUTO_TEST_SUITE_END()
