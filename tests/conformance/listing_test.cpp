#include "tests/conformance/case.hpp"

#include <set>

BOOST_AUTO_TEST_SUITE(listing)

using namespace boxgate::testing;

BOOST_FIXTURE_TEST_CASE(the_root_is_a_directory_without_a_name, conformance_case) {
    const auto root = user.stat("/");
    BOOST_REQUIRE(!root.has_error());
    BOOST_TEST(root->is_directory());
    BOOST_TEST(root->name.empty());
    BOOST_TEST(user.names("/").empty());
}

BOOST_FIXTURE_TEST_CASE(entries_tell_kind_size_hash_time_and_id, conformance_case) {
    const auto now = std::chrono::system_clock::now();
    const auto file = user.put("/file", "text");
    const auto folder = user.make("/folder");
    for (const auto& each : user.entries("/")) {
        BOOST_TEST_CONTEXT(each.name) {
            BOOST_TEST(each.is_directory() == (each.name == "folder"));
            BOOST_TEST(each.id == (each.is_directory() ? folder.id : file.id));
            BOOST_TEST(each.sha1 == (each.is_directory() ? "" : sha1_of("text")));
            if (!each.is_directory()) BOOST_TEST(each.size == 4u);
            BOOST_TEST(
                (each.modified > now - std::chrono::minutes(5) && each.modified < now + std::chrono::minutes(5)));
        }
    }
}

BOOST_FIXTURE_TEST_CASE(stat_and_list_agree, conformance_case) {
    user.make("/folder");
    user.put("/folder/file", "text");
    user.make("/folder/below");
    for (const auto& listed : user.entries("/folder")) {
        const auto found = user.stat("/folder/" + listed.name);
        BOOST_REQUIRE(!found.has_error());
        BOOST_TEST(found->id == listed.id);
        BOOST_TEST(found->size == listed.size);
        BOOST_TEST(found->sha1 == listed.sha1);
        BOOST_TEST((found->modified == listed.modified));
        BOOST_TEST((found->kind == listed.kind));
    }
}

BOOST_FIXTURE_TEST_CASE(what_is_no_folder_is_not_listed, conformance_case) {
    user.put("/file", "x");
    BOXGATE_FAILS_WITH(not_a_directory, user.list("/file"));
    BOXGATE_FAILS_WITH(not_a_directory, user.list("/file/below"));
    BOXGATE_FAILS_WITH(not_found, user.list("/nothing"));
    BOXGATE_FAILS_WITH(not_found, user.list("/nothing/below"));
}

BOOST_FIXTURE_TEST_CASE(stat_of_what_is_not_there_says_which_way, conformance_case) {
    user.put("/file", "x");
    BOXGATE_FAILS_WITH(not_found, user.stat("/nothing"));
    BOXGATE_FAILS_WITH(not_found, user.stat("/nothing/below"));
    BOXGATE_FAILS_WITH(not_a_directory, user.stat("/file/below"));
}

BOOST_FIXTURE_TEST_CASE(a_big_folder_is_listed_whole_and_each_entry_once, conformance_case) {
    home->seed_files("/big", 2500);
    const auto opened = user.list("/big");
    BOOST_REQUIRE(!opened.has_error());
    std::set<std::string> seen;
    std::size_t count = 0;
    for (;;) {
        const auto some = user.next(**opened, 700);
        BOOST_REQUIRE(!some.has_error());
        if (some->empty()) break;
        BOOST_TEST(some->size() <= 700u);
        for (const auto& each : *some) seen.insert(each.name);
        count += some->size();
    }
    BOOST_TEST(count == 2500u);
    BOOST_TEST(seen.size() == 2500u);
    BOOST_TEST((seen.contains("file 0000.txt") && seen.contains("file 2499.txt")));
    BOOST_TEST(user.next(**opened, 10)->empty());
}

BOOST_FIXTURE_TEST_CASE(a_folder_that_changes_while_it_is_listed_shows_what_stays_exactly_once, conformance_case) {
    home->seed_files("/big", 2500);
    session other(*home);
    const auto opened = user.list("/big");
    BOOST_REQUIRE(!opened.has_error());
    std::multiset<std::string> seen;
    const auto take = [&] {
        const auto some = user.next(**opened, 400);
        BOOST_REQUIRE(!some.has_error());
        for (const auto& each : *some) seen.insert(each.name);
        return !some->empty();
    };
    BOOST_REQUIRE(take());
    // What was shown goes, what was not yet shown goes, and new names come before and behind.
    std::set<std::string> changed = {"file 0000.txt", "file 2300.txt", "aaa", "zzz"};
    BOXGATE_SUCCEEDS(other.remove_file("/big/file 0000.txt"));
    BOXGATE_SUCCEEDS(other.remove_file("/big/file 2300.txt"));
    BOXGATE_SUCCEEDS(other.store("/big/aaa", "x"));
    BOXGATE_SUCCEEDS(other.store("/big/zzz", "x"));
    while (take()) {
    }
    std::size_t stayed = 0;
    for (auto at = seen.begin(); at != seen.end(); at = seen.upper_bound(*at)) {
        if (seen.count(*at) != 1) BOOST_ERROR(*at << " was listed " << seen.count(*at) << " times");
        if (!changed.contains(*at)) ++stayed;
    }
    BOOST_TEST(stayed == 2498u);
    // Whoever lists again sees the folder as it is now.
    const auto now = user.names("/big");
    BOOST_TEST(now.size() == 2500u);
    BOOST_TEST((now.front() == "aaa" && now.back() == "zzz"));
}

BOOST_FIXTURE_TEST_CASE(a_lister_may_be_dropped_half_way, conformance_case) {
    home->seed_files("/big", 1500);
    {
        const auto opened = user.list("/big");
        BOOST_REQUIRE(!opened.has_error());
        BOOST_TEST(user.next(**opened, 10)->size() == 10u);
    }
    BOOST_TEST(user.names("/big").size() == 1500u);
}

BOOST_FIXTURE_TEST_CASE(two_sessions_see_each_other_s_changes, conformance_case) {
    session other(*home);
    BOOST_TEST(other.names("/").empty());
    user.put("/a", "x");
    user.make("/b");
    BOOST_TEST((other.names("/") == names{"a", "b"}));
    BOXGATE_SUCCEEDS(user.rename("/a", "/b/c"));
    BOOST_TEST((other.names("/") == names{"b"}));
    BOOST_TEST((other.names("/b") == names{"c"}));
    BOXGATE_SUCCEEDS(other.remove_file("/b/c"));
    BOOST_TEST(user.names("/b").empty());
}

BOOST_AUTO_TEST_SUITE_END()
