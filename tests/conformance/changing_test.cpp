#include "tests/conformance/case.hpp"

BOOST_AUTO_TEST_SUITE(changing)

using namespace boxgate::testing;

BOOST_FIXTURE_TEST_CASE(a_folder_is_there_as_soon_as_it_is_made, conformance_case) {
    BOOST_TEST(user.names("/").empty());
    BOXGATE_FAILS_WITH(not_found, user.stat("/a"));
    const auto made = user.make("/a");
    BOOST_TEST(made.name == "a");
    BOOST_TEST(made.is_directory());
    BOOST_TEST(user.stat("/a")->is_directory());
    BOOST_TEST(user.stat("/a")->id == made.id);
    BOOST_TEST((user.names("/") == names{"a"}));
    BOOST_TEST(user.names("/a").empty());
}

BOOST_FIXTURE_TEST_CASE(a_folder_is_not_made_twice_nor_over_a_file_nor_nowhere, conformance_case) {
    user.make("/a");
    user.put("/file", "x");
    BOXGATE_FAILS_WITH(exists, user.make_directory("/a"));
    BOXGATE_FAILS_WITH(exists, user.make_directory("/file"));
    BOXGATE_FAILS_WITH(exists, user.make_directory("/"));
    BOXGATE_FAILS_WITH(not_found, user.make_directory("/nothing/b"));
    BOXGATE_FAILS_WITH(not_a_directory, user.make_directory("/file/b"));
}

BOOST_FIXTURE_TEST_CASE(of_two_that_make_one_folder_at_once_one_succeeds, conformance_case) {
    session other(*home);
    const auto [first, second] =
        user.both(user.port().make_directory(path_of("/a")), other.port().make_directory(path_of("/A")));
    BOOST_TEST(first.has_error() != second.has_error());
    BOOST_TEST(((first.has_error() ? first : second).error().code == boxgate::storage::errc::exists));
    BOOST_TEST(user.names("/").size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_removed_file_is_gone_at_once, conformance_case) {
    user.put("/a", "x");
    user.put("/b", "x");
    BOOST_TEST(user.names("/").size() == 2u);
    BOXGATE_SUCCEEDS(user.remove_file("/a"));
    BOXGATE_FAILS_WITH(not_found, user.stat("/a"));
    BOXGATE_FAILS_WITH(not_found, user.open_read("/a"));
    BOXGATE_FAILS_WITH(not_found, user.remove_file("/a"));
    BOOST_TEST((user.names("/") == names{"b"}));
    BOOST_TEST(!home->stored("/a").has_value());
}

BOOST_FIXTURE_TEST_CASE(a_removed_name_is_free_again, conformance_case) {
    const auto first = user.put("/a", "x");
    BOXGATE_SUCCEEDS(user.remove_file("/a"));
    BOXGATE_SUCCEEDS(user.make_directory("/a"));
    BOXGATE_SUCCEEDS(user.remove_directory("/a"));
    BOOST_TEST(user.put("/a", "y").id != first.id);
}

BOOST_FIXTURE_TEST_CASE(a_receipt_tells_a_new_file_from_a_new_version, conformance_case) {
    BOOST_TEST(!user.store("/a", "x").value().new_version);
    BOOST_TEST(user.store("/a", "y").value().new_version);
    user.make("/folder");
    BOXGATE_SUCCEEDS(user.rename("/a", "/folder/a"));
    BOOST_TEST(!user.store("/a", "z").value().new_version);
}

BOOST_FIXTURE_TEST_CASE(each_kind_is_removed_by_its_own_verb, conformance_case) {
    user.make("/folder");
    user.put("/file", "x");
    BOXGATE_FAILS_WITH(is_a_directory, user.remove_file("/folder"));
    BOXGATE_FAILS_WITH(is_a_directory, user.remove_file("/"));
    BOXGATE_FAILS_WITH(not_a_directory, user.remove_directory("/file"));
    BOXGATE_FAILS_WITH(not_found, user.remove_directory("/nothing"));
    BOXGATE_FAILS_WITH(denied, user.remove_directory("/"));
    BOOST_TEST((user.names("/") == names{"file", "folder"}));
}

BOOST_FIXTURE_TEST_CASE(a_folder_that_is_not_empty_stays, conformance_case) {
    user.make("/a");
    user.put("/a/file", "x");
    BOXGATE_FAILS_WITH(not_empty, user.remove_directory("/a"));
    BOOST_TEST((home->stored("/a/file") == "x"));
    BOXGATE_SUCCEEDS(user.remove_file("/a/file"));
    BOXGATE_SUCCEEDS(user.remove_directory("/a"));
    BOXGATE_FAILS_WITH(not_found, user.stat("/a"));
}

BOOST_FIXTURE_TEST_CASE(a_renamed_file_keeps_id_and_content, conformance_case) {
    const auto before = user.put("/a", "text");
    const auto renamed = user.rename("/a", "/b");
    BOOST_REQUIRE(!renamed.has_error());
    BOOST_TEST(renamed->name == "b");
    BOOST_TEST(renamed->id == before.id);
    BOXGATE_FAILS_WITH(not_found, user.stat("/a"));
    BOOST_TEST(user.get("/b") == "text");
    BOOST_TEST((user.names("/") == names{"b"}));
    BOOST_TEST((home->stored("/b") == "text"));
}

BOOST_FIXTURE_TEST_CASE(a_file_moves_to_another_folder_under_another_name, conformance_case) {
    user.make("/from");
    user.make("/to");
    user.put("/from/a", "text");
    BOXGATE_SUCCEEDS(user.rename("/from/a", "/to/a"));
    BOXGATE_SUCCEEDS(user.rename("/to/a", "/from/b"));
    BOOST_TEST(user.names("/to").empty());
    BOOST_TEST((user.names("/from") == names{"b"}));
    BOOST_TEST((home->stored("/from/b") == "text"));
}

BOOST_FIXTURE_TEST_CASE(a_moved_folder_takes_along_what_is_in_it, conformance_case) {
    user.make("/a");
    user.make("/a/b");
    user.make("/target");
    user.put("/a/b/file", "text");
    BOXGATE_SUCCEEDS(user.stat("/a/b/file"));
    BOXGATE_SUCCEEDS(user.rename("/a", "/target/moved"));
    BOXGATE_FAILS_WITH(not_found, user.stat("/a"));
    BOXGATE_FAILS_WITH(not_found, user.stat("/a/b/file"));
    BOOST_TEST(user.get("/target/moved/b/file") == "text");
    BOOST_TEST((home->stored("/target/moved/b/file") == "text"));
}

BOOST_FIXTURE_TEST_CASE(a_name_taken_by_a_file_is_not_replaced_unless_allowed, conformance_case) {
    user.put("/a", "new");
    user.put("/b", "old");
    BOXGATE_FAILS_WITH(exists, user.rename("/a", "/b", false));
    BOOST_TEST((home->stored("/a") == "new"));
    BOOST_TEST((home->stored("/b") == "old"));
    BOXGATE_SUCCEEDS(user.rename("/a", "/b", true));
    BOXGATE_FAILS_WITH(not_found, user.stat("/a"));
    BOOST_TEST(user.get("/b") == "new");
    BOOST_TEST((user.names("/") == names{"b"}));
}

BOOST_FIXTURE_TEST_CASE(a_folder_is_never_replaced, conformance_case) {
    user.make("/folder");
    user.make("/other");
    user.put("/file", "x");
    BOXGATE_FAILS_WITH(exists, user.rename("/file", "/folder", true));
    BOXGATE_FAILS_WITH(exists, user.rename("/other", "/folder", true));
    BOXGATE_FAILS_WITH(exists, user.rename("/file", "/", true));
    BOOST_TEST((user.names("/") == names{"file", "folder", "other"}));
}

BOOST_FIXTURE_TEST_CASE(a_rename_onto_itself_succeeds_and_changes_nothing, conformance_case) {
    user.put("/a", "text");
    user.make("/folder");
    for (const bool may_replace : {false, true}) {
        BOXGATE_SUCCEEDS(user.rename("/a", "/a", may_replace));
        BOXGATE_SUCCEEDS(user.rename("/folder", "/folder", may_replace));
    }
    BOOST_TEST(user.get("/a") == "text");
    BOXGATE_FAILS_WITH(not_found, user.rename("/nothing", "/nothing"));
}

BOOST_FIXTURE_TEST_CASE(a_rename_may_change_only_the_case, conformance_case) {
    const auto before = user.put("/readme", "text");
    for (const bool may_replace : {false, true}) {
        const auto to = may_replace ? "/ReadMe" : "/README";
        const auto renamed = user.rename("/readme", to, may_replace);
        BOOST_REQUIRE(!renamed.has_error());
        BOOST_TEST("/" + renamed->name == to);
        BOOST_TEST(renamed->id == before.id);
        BOOST_TEST((user.names("/") == names{renamed->name}));
    }
    BOOST_TEST((home->stored("/ReadMe") == "text"));
}

BOOST_FIXTURE_TEST_CASE(a_folder_does_not_move_into_itself, conformance_case) {
    user.make("/a");
    user.make("/a/b");
    BOXGATE_FAILS_WITH(bad_name, user.rename("/a", "/a/c"));
    BOXGATE_FAILS_WITH(bad_name, user.rename("/a", "/a/b/c"));
    BOOST_TEST((user.names("/a") == names{"b"}));
}

BOOST_FIXTURE_TEST_CASE(a_rename_from_or_to_nowhere_is_refused, conformance_case) {
    user.put("/a", "x");
    BOXGATE_FAILS_WITH(not_found, user.rename("/nothing", "/b"));
    BOXGATE_FAILS_WITH(not_found, user.rename("/a", "/nothing/b"));
    BOXGATE_FAILS_WITH(not_a_directory, user.rename("/a/b", "/c"));
    BOOST_TEST(user.rename("/", "/b").has_error());
    BOOST_TEST((home->stored("/a") == "x"));
}

BOOST_FIXTURE_TEST_CASE(a_copy_is_a_file_of_its_own, conformance_case) {
    const auto original = user.put("/a", "text");
    const auto copied = user.copy("/a", "/b");
    BOOST_REQUIRE(!copied.has_error());
    BOOST_TEST(copied->name == "b");
    BOOST_TEST(copied->size == 4u);
    BOOST_TEST(copied->id != original.id);
    user.put("/a", "changed");
    BOOST_TEST(user.get("/b") == "text");
    BOOST_TEST((user.names("/") == names{"a", "b"}));
}

BOOST_FIXTURE_TEST_CASE(what_cannot_be_copied_is_refused, conformance_case) {
    user.put("/a", "x");
    user.put("/b", "y");
    user.make("/folder");
    BOXGATE_FAILS_WITH(not_found, user.copy("/nothing", "/c"));
    BOXGATE_FAILS_WITH(not_found, user.copy("/a", "/nothing/c"));
    BOXGATE_FAILS_WITH(exists, user.copy("/a", "/b"));
    BOXGATE_FAILS_WITH(exists, user.copy("/a", "/folder"));
    BOXGATE_FAILS_WITH(is_a_directory, user.copy("/folder", "/c"));
    BOOST_TEST((home->stored("/b") == "y"));
}

BOOST_FIXTURE_TEST_CASE(space_tells_the_account_s_figures, conformance_case) {
    const auto before = user.space("/");
    BOOST_REQUIRE(!before.has_error());
    BOOST_TEST(before->total > 0u);
    BOOST_TEST(before->free <= before->total);
}

BOOST_AUTO_TEST_SUITE_END()
