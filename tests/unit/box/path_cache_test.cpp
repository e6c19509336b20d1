#include "box/path_cache.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>

BOOST_AUTO_TEST_SUITE(path_cache)

using namespace std::chrono_literals;
using boxgate::box::api::item;
using subject = boxgate::box::path_cache;
using knowledge = subject::knowledge;

namespace {

const subject::clock::time_point start{std::chrono::hours(1)};

item file(std::string id, std::string name, std::optional<std::int64_t> sequence = std::nullopt) {
    item made;
    made.id = std::move(id);
    made.name = std::move(name);
    made.sequence_id = sequence;
    return made;
}

// The id of what is found; "?" and "-" for unknown and absent.
std::string found(subject& cache, const std::string& name, subject::clock::time_point now = start) {
    const auto known = cache.find("0", name, now);
    if (known.known == knowledge::unknown) return "?";
    return known.known == knowledge::absent ? "-" : known.item.value().id;
}

void list(subject& cache, const std::string& folder, const std::vector<item>& items) {
    const auto mark = cache.begin_listing(folder, start);
    for (const auto& one : items) cache.put_listed(folder, mark, one, start);
    cache.finish_listing(folder, mark, start);
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_was_put_is_found_until_its_time_is_over) {
    subject cache(30s, 100);
    BOOST_TEST(found(cache, "a") == "?");
    cache.put("0", file("1", "a"), start);
    BOOST_TEST(found(cache, "a", start + 30s) == "1");
    BOOST_TEST(found(cache, "a", start + 31s) == "?");
    BOOST_TEST(found(cache, "b") == "?");
}

BOOST_AUTO_TEST_CASE(only_a_whole_listing_tells_what_is_absent) {
    subject cache(30s, 100);
    list(cache, "0", {file("1", "a")});
    BOOST_TEST(found(cache, "b") == "-");
    BOOST_TEST(found(cache, "b", start + 31s) == "?");
    const auto mark = cache.begin_listing("0", start);
    BOOST_TEST(cache.is_listing("0", mark));
    cache.forget_older("0", mark);
    BOOST_TEST(found(cache, "b") == "?");
    cache.doubt("0");
    BOOST_TEST(!cache.is_listing("0", mark));
    cache.finish_listing("0", mark, start);
    BOOST_TEST(found(cache, "b") == "?");
}

BOOST_AUTO_TEST_CASE(a_listing_replaces_what_was_known_before_it_was_asked_for) {
    subject cache(30s, 100);
    cache.put("0", file("1", "before"), start);
    const auto mark = cache.begin_listing("0", start);
    cache.put("0", file("2", "meanwhile"), start);
    BOOST_TEST(found(cache, "before") == "1");
    cache.forget_older("0", mark);
    cache.put("0", file("3", "listed"), start);
    cache.finish_listing("0", mark, start);
    BOOST_TEST(found(cache, "before") == "-");
    BOOST_TEST(found(cache, "meanwhile") == "2");
    BOOST_TEST(found(cache, "listed") == "3");
    BOOST_TEST(cache.items() == 2U);
}

BOOST_AUTO_TEST_CASE(of_what_changed_since_a_listing_was_asked_for_it_tells_nothing) {
    const std::function<void(subject&)> changes[] = {[](subject& cache) { cache.changed("0", "1"); },
                                                     [](subject& cache) { cache.forget_child("0", "1"); },
                                                     [](subject& cache) { cache.forget_item("1"); }};
    for (const auto& change : changes) {
        subject cache(30s, 100);
        const auto mark = cache.begin_listing("0", start);
        change(cache);
        cache.forget_older("0", mark);
        cache.put_listed("0", mark, file("1", "changed"), start);
        cache.put_listed("0", mark, file("2", "other"), start);
        cache.finish_listing("0", mark, start);
        BOOST_TEST(found(cache, "changed") == "?");
        BOOST_TEST(found(cache, "other") == "2");
        // The next one is asked for later.
        list(cache, "0", {file("1", "changed")});
        BOOST_TEST(found(cache, "changed") == "1");
        BOOST_TEST(found(cache, "missing") == "-");
    }
}

BOOST_AUTO_TEST_CASE(a_listing_ends_with_the_knowledge_of_its_folder_or_another_listing) {
    const std::function<void(subject&)> ends[] = {
        [](subject& cache) { cache.forget_folder("0"); }, [](subject& cache) { cache.doubt("0"); },
        [](subject& cache) { cache.clear(); }, [](subject& cache) { cache.begin_listing("0", start); },
        [](subject& cache) {
            for (int i = 0; i < 2000; ++i) cache.changed("0", std::to_string(i));
        }};
    for (const auto& end : ends) {
        subject cache(30s, 100);
        cache.put("0", file("1", "a"), start);
        const auto mark = cache.begin_listing("0", start);
        BOOST_TEST(cache.is_listing("0", mark));
        end(cache);
        BOOST_TEST(!cache.is_listing("0", mark));
        const bool known = cache.by_id("1").has_value();
        cache.forget_older("0", mark);
        cache.put_listed("0", mark, file("2", "b"), start);
        BOOST_TEST(cache.by_id("1").has_value() == known);
        BOOST_TEST(!cache.by_id("2"));
    }
}

BOOST_AUTO_TEST_CASE(names_are_found_as_box_folds_them_and_exactly_first) {
    subject cache(30s, 100);
    cache.put("0", file("1", "Straße"), start);
    BOOST_TEST(found(cache, "STRASSE") == "1");
    cache.put("0", file("2", "strasse"), start);
    BOOST_TEST(found(cache, "strasse") == "2");
    BOOST_TEST(found(cache, "Straße") == "1");
}

BOOST_AUTO_TEST_CASE(of_equal_names_the_oldest_item_counts) {
    subject cache(30s, 100);
    // Box is known to make two folders of one name in a race.
    cache.put("0", file("1000", "a"), start);
    cache.put("0", file("998", "a"), start);
    cache.put("0", file("999", "a"), start);
    BOOST_TEST(found(cache, "A") == "998");
    cache.forget_child("0", "998");
    BOOST_TEST(found(cache, "A") == "999");
}

BOOST_AUTO_TEST_CASE(a_newer_state_is_not_overwritten_by_an_older_one) {
    subject cache(30s, 100);
    cache.put("0", file("1", "new", 5), start);
    cache.put("0", file("1", "old", 4), start);
    BOOST_TEST(found(cache, "new") == "1");
    BOOST_TEST(found(cache, "old") == "?");
    cache.put("0", file("1", "newer", 6), start);
    BOOST_TEST(found(cache, "newer") == "1");
    BOOST_TEST(found(cache, "new") == "?");
    BOOST_TEST(cache.items() == 1U);
}

BOOST_AUTO_TEST_CASE(forgetting_an_item_forgets_it_everywhere_and_what_is_in_it) {
    subject cache(30s, 100);
    cache.put("0", file("1", "a"), start);
    cache.put("1", file("2", "b"), start);
    BOOST_TEST(cache.by_id("2").value().parent_id == "1");
    cache.forget_item("1");
    BOOST_TEST(found(cache, "a") == "?");
    BOOST_TEST(!cache.by_id("2"));
    BOOST_TEST(cache.items() == 0U);
}

BOOST_AUTO_TEST_CASE(doubt_leaves_what_is_known) {
    subject cache(30s, 100);
    list(cache, "0", {file("1", "a")});
    cache.doubt("0");
    BOOST_TEST(found(cache, "a") == "1");
    BOOST_TEST(found(cache, "b") == "?");
    cache.clear();
    BOOST_TEST(found(cache, "a") == "?");
    BOOST_TEST(cache.items() == 0U);
}

BOOST_AUTO_TEST_CASE(beyond_the_bound_the_least_recently_used_folder_goes) {
    subject cache(30s, 4);
    list(cache, "1", {file("11", "a"), file("12", "b")});
    list(cache, "2", {file("21", "a"), file("22", "b")});
    cache.find("1", "a", start);
    list(cache, "3", {file("31", "a")});
    BOOST_TEST((cache.find("1", "a", start).known == knowledge::present));
    BOOST_TEST((cache.find("2", "a", start).known == knowledge::unknown));
    BOOST_TEST(cache.items() <= 4U);
}

BOOST_AUTO_TEST_CASE(a_folder_larger_than_the_bound_is_not_remembered_in_part) {
    subject cache(30s, 4);
    const auto mark = cache.begin_listing("0", start);
    for (int i = 0; i < 5; ++i) cache.put("0", file(std::to_string(i), "f" + std::to_string(i)), start);
    BOOST_TEST(!cache.is_listing("0", mark));
    cache.finish_listing("0", mark, start);
    BOOST_TEST(found(cache, "f9") == "?");
    BOOST_TEST(cache.items() <= 4U);
}

BOOST_AUTO_TEST_SUITE_END()
