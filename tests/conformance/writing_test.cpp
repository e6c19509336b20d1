#include "tests/conformance/case.hpp"

BOOST_AUTO_TEST_SUITE(writing)

using namespace boxgate::testing;

BOOST_FIXTURE_TEST_CASE(files_of_every_awkward_size_are_stored_whole, conformance_case) {
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, block::capacity, block::capacity + 1, 5 * block::capacity}) {
        const auto bytes = noise(size);
        const auto path = "/" + std::to_string(size);
        BOOST_TEST_CONTEXT(size << " bytes") {
            const auto receipt = user.store(path, bytes);
            BOOST_REQUIRE(!receipt.has_error());
            BOOST_TEST(receipt->stored.size == size);
            BOOST_TEST(receipt->stored.sha1 == sha1_of(bytes));
            BOOST_TEST(!receipt->stored.id.empty());
            BOOST_TEST((home->stored(path) == bytes));
        }
    }
}

BOOST_FIXTURE_TEST_CASE(nothing_is_visible_before_the_commit, conformance_case) {
    const auto opened = user.open_write("/a");
    BOOST_REQUIRE(!opened.has_error());
    BOXGATE_SUCCEEDS(user.write(**opened, 0, "text"));
    BOXGATE_FAILS_WITH(not_found, user.stat("/a"));
    BOOST_TEST(user.names("/").empty());
    BOOST_TEST(!home->stored("/a").has_value());
    BOXGATE_SUCCEEDS(user.commit(**opened));
    BOOST_TEST((home->stored("/a") == "text"));
}

BOOST_FIXTURE_TEST_CASE(what_was_written_can_be_read_back, conformance_case) {
    const auto bytes = noise(block::capacity + 1000);
    for (const auto size : {std::size_t{100}, bytes.size()}) {
        const auto opened = user.open_write("/a");
        BOOST_REQUIRE(!opened.has_error());
        BOOST_TEST(user.read_back(**opened, 0, 10).value() == "");
        BOXGATE_SUCCEEDS(user.write(**opened, 0, bytes.substr(0, size)));
        BOOST_TEST((user.read_back(**opened, 7, 50).value() == bytes.substr(7, 50)));
        BOOST_TEST((user.read_back(**opened, size - 9, 50).value() == bytes.substr(size - 9, 9)));
        BOOST_TEST(user.read_back(**opened, size, 50).value() == "");
        BOXGATE_SUCCEEDS(user.write(**opened, size + 10, "behind a hole"));
        BOOST_TEST((user.read_back(**opened, size - 9, 50).value() == bytes.substr(size - 9, 9)));
        BOXGATE_FAILS_WITH(not_supported, user.read_back(**opened, size, 50));
        BOOST_TEST(user.read_back(**opened, size + 10, 6).value() == "behind");
    }
}

BOOST_FIXTURE_TEST_CASE(stat_and_list_see_a_file_right_after_its_commit, conformance_case) {
    BOOST_TEST(user.names("/").empty());  // whatever is remembered of the folder is out of date from now on
    BOXGATE_FAILS_WITH(not_found, user.stat("/a"));
    const auto stored = user.put("/a", "text");
    session other(*home);
    for (session* each : {&user, &other}) {
        const auto found = each->stat("/a");
        BOOST_REQUIRE(!found.has_error());
        BOOST_TEST(found->size == 4u);
        BOOST_TEST(found->id == stored.id);
        BOOST_TEST(found->sha1 == sha1_of("text"));
        BOOST_TEST((each->names("/") == names{"a"}));
    }
}

BOOST_FIXTURE_TEST_CASE(stat_and_list_see_the_new_size_right_after_a_replacement, conformance_case) {
    user.put("/a", "one");
    BOOST_TEST(user.entries("/").at(0).size == 3u);
    user.put("/a", "twelve bytes");
    BOOST_TEST(user.stat("/a")->size == 12u);
    BOOST_TEST(user.entries("/").at(0).size == 12u);
    BOOST_TEST(user.get("/a") == "twelve bytes");
}

BOOST_FIXTURE_TEST_CASE(a_replaced_file_keeps_its_id, conformance_case) {
    const auto first = user.put("/a", "one");
    const auto second = user.put("/a", "two");
    BOOST_TEST(second.id == first.id);
    BOOST_TEST(user.stat("/a")->id == first.id);
    BOOST_TEST((home->stored("/a") == "two"));
    BOOST_TEST((user.names("/") == names{"a"}));
}

BOOST_FIXTURE_TEST_CASE(create_refuses_a_name_that_exists_and_leaves_the_file, conformance_case) {
    user.put("/a", "old");
    BOXGATE_FAILS_WITH(exists, user.store("/a", "new", write_mode::create));
    BOOST_TEST((home->stored("/a") == "old"));
}

BOOST_FIXTURE_TEST_CASE(create_stores_a_new_name, conformance_case) {
    BOXGATE_SUCCEEDS(user.store("/a", "new", write_mode::create));
    BOOST_TEST((home->stored("/a") == "new"));
}

BOOST_FIXTURE_TEST_CASE(a_sink_dropped_after_n_bytes_leaves_the_old_file, conformance_case) {
    user.put("/a", "old");
    for (const std::size_t bytes :
         {std::size_t{0}, std::size_t{1}, block::capacity, block::capacity + 1, 6 * block::capacity}) {
        const auto opened = user.open_write("/a");
        BOOST_REQUIRE(!opened.has_error());
        BOXGATE_SUCCEEDS(user.write(**opened, 0, noise(bytes)));
    }
    BOOST_TEST((home->stored("/a") == "old"));
    BOOST_TEST(user.stat("/a")->size == 3u);
}

BOOST_FIXTURE_TEST_CASE(a_sink_dropped_leaves_no_new_file, conformance_case) {
    {
        const auto opened = user.open_write("/new");
        BOOST_REQUIRE(!opened.has_error());
        BOXGATE_SUCCEEDS(user.write(**opened, 0, noise(2 * block::capacity)));
    }
    BOXGATE_FAILS_WITH(not_found, user.stat("/new"));
    BOOST_TEST(!home->stored("/new").has_value());
}

BOOST_FIXTURE_TEST_CASE(a_commit_that_fails_leaves_the_old_file, conformance_case) {
    user.put("/a", "old");
    home->refuse_next_store();
    BOOST_TEST(user.store("/a", "new").has_error());
    BOOST_TEST((home->stored("/a") == "old"));
    BOOST_TEST(user.get("/a") == "old");
    BOXGATE_SUCCEEDS(user.store("/a", "third"));
    BOOST_TEST((home->stored("/a") == "third"));
}

BOOST_FIXTURE_TEST_CASE(a_commit_that_fails_leaves_no_new_file, conformance_case) {
    home->refuse_next_store();
    BOOST_TEST(user.store("/new", "new").has_error());
    BOXGATE_FAILS_WITH(not_found, user.stat("/new"));
}

BOOST_FIXTURE_TEST_CASE(a_gate_that_refuses_stores_nothing, conformance_case) {
    user.put("/a", "old");
    for (const char* path : {"/a", "/new"}) {
        const auto opened = user.open_write(path);
        BOOST_REQUIRE(!opened.has_error());
        BOXGATE_SUCCEEDS(user.write(**opened, 0, "new"));
        BOXGATE_FAILS_WITH(aborted, user.commit(**opened, [] { return false; }));
    }
    BOOST_TEST((home->stored("/a") == "old"));
    BOOST_TEST(!home->stored("/new").has_value());
}

BOOST_FIXTURE_TEST_CASE(the_gate_is_asked_once, conformance_case) {
    int asked = 0;
    const auto opened = user.open_write("/a");
    BOOST_REQUIRE(!opened.has_error());
    BOXGATE_SUCCEEDS(user.write(**opened, 0, "text"));
    BOXGATE_SUCCEEDS(user.commit(**opened, [&] { return ++asked > 0; }));
    BOOST_TEST(asked == 1);
}

BOOST_FIXTURE_TEST_CASE(bytes_may_come_in_any_order, conformance_case) {
    const auto bytes = noise(4 * block::capacity + 100);
    const auto opened = user.open_write("/a");
    BOOST_REQUIRE(!opened.has_error());
    for (const std::size_t piece : {3, 0, 4, 2, 1}) {
        const auto offset = piece * block::capacity;
        BOXGATE_SUCCEEDS(user.write(**opened, offset, std::string_view(bytes).substr(offset, block::capacity)));
    }
    BOOST_TEST((*opened)->size() == bytes.size());
    BOXGATE_SUCCEEDS(user.commit(**opened));
    BOOST_TEST((home->stored("/a") == bytes));
}

BOOST_FIXTURE_TEST_CASE(small_pieces_backwards_make_a_whole_file, conformance_case) {
    const auto bytes = noise(1000);
    const auto opened = user.open_write("/a");
    BOOST_REQUIRE(!opened.has_error());
    for (std::size_t offset = 1000; offset > 0;) {
        offset -= 100;
        BOXGATE_SUCCEEDS(user.write(**opened, offset, std::string_view(bytes).substr(offset, 100)));
    }
    BOXGATE_SUCCEEDS(user.commit(**opened));
    BOOST_TEST((home->stored("/a") == bytes));
}

BOOST_FIXTURE_TEST_CASE(bytes_written_again_before_the_commit_win, conformance_case) {
    const auto opened = user.open_write("/a");
    BOOST_REQUIRE(!opened.has_error());
    BOXGATE_SUCCEEDS(user.write(**opened, 0, "0123456789"));
    BOXGATE_SUCCEEDS(user.write(**opened, 3, "xyz"));
    BOXGATE_SUCCEEDS(user.commit(**opened));
    BOOST_TEST((home->stored("/a") == "012xyz6789"));
}

BOOST_FIXTURE_TEST_CASE(a_hole_fails_the_commit_and_stores_nothing, conformance_case) {
    user.put("/a", "old");
    const std::pair<std::uint64_t, std::uint64_t> holes[] = {{0, 10}, {5, 6}, {0, block::capacity * 3}};
    for (const auto& [first, second] : holes) {
        const auto opened = user.open_write("/a");
        BOOST_REQUIRE(!opened.has_error());
        BOXGATE_SUCCEEDS(user.write(**opened, first, "abc"));
        BOXGATE_SUCCEEDS(user.write(**opened, second + 1, "def"));
        BOXGATE_FAILS_WITH(aborted, user.commit(**opened));
    }
    BOOST_TEST((home->stored("/a") == "old"));
}

BOOST_FIXTURE_TEST_CASE(a_file_that_does_not_start_at_its_start_is_refused, conformance_case) {
    const auto opened = user.open_write("/a");
    BOOST_REQUIRE(!opened.has_error());
    BOXGATE_SUCCEEDS(user.write(**opened, 1, "abc"));
    BOXGATE_FAILS_WITH(aborted, user.commit(**opened));
    BOXGATE_FAILS_WITH(not_found, user.stat("/a"));
}

BOOST_FIXTURE_TEST_CASE(a_binding_size_that_is_not_met_stores_nothing, conformance_case) {
    for (const std::uint64_t announced : {9u, 11u, 0u}) {
        const auto opened = user.open_write("/a", write_mode::replace, announced_size(announced, true));
        BOOST_REQUIRE(!opened.has_error());
        // More than announced may be refused as it comes, or at the end.
        const auto written = user.write(**opened, 0, "0123456789");
        if (!written.has_error()) BOXGATE_FAILS_WITH(aborted, user.commit(**opened));
    }
    BOXGATE_FAILS_WITH(not_found, user.stat("/a"));
}

BOOST_FIXTURE_TEST_CASE(a_binding_size_that_is_met_is_stored, conformance_case) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{10}, 2 * block::capacity}) {
        const auto bytes = noise(size);
        const auto opened = user.open_write("/a", write_mode::replace, announced_size(size, true));
        BOOST_REQUIRE(!opened.has_error());
        BOXGATE_SUCCEEDS(user.write(**opened, 0, bytes));
        BOXGATE_SUCCEEDS(user.commit(**opened));
        BOOST_TEST((home->stored("/a") == bytes));
    }
}

BOOST_FIXTURE_TEST_CASE(an_estimate_may_be_wrong_in_both_directions, conformance_case) {
    for (const std::uint64_t estimate : {0u, 5u, 100u}) {
        const auto opened = user.open_write("/a", write_mode::replace, announced_size(estimate, false));
        BOOST_REQUIRE(!opened.has_error());
        BOXGATE_SUCCEEDS(user.write(**opened, 0, "0123456789"));
        BOXGATE_SUCCEEDS(user.commit(**opened));
        BOOST_TEST((home->stored("/a") == "0123456789"));
    }
}

BOOST_FIXTURE_TEST_CASE(where_a_file_cannot_be_it_is_refused_at_the_latest_by_the_commit, conformance_case) {
    user.make("/folder");
    user.put("/file", "x");
    BOXGATE_FAILS_WITH(not_found, user.store("/nothing/a", "x"));
    BOXGATE_FAILS_WITH(not_a_directory, user.store("/file/a", "x"));
    BOXGATE_FAILS_WITH(is_a_directory, user.store("/folder", "x"));
    BOXGATE_FAILS_WITH(is_a_directory, user.store("/", "x"));
    BOOST_TEST((user.names("/") == names{"file", "folder"}));
}

BOOST_FIXTURE_TEST_CASE(of_two_writers_of_one_name_the_later_commit_wins_and_both_succeed, conformance_case) {
    const auto one = user.open_write("/a");
    const auto two = user.open_write("/a");
    BOOST_REQUIRE(!one.has_error());
    BOOST_REQUIRE(!two.has_error());
    BOXGATE_SUCCEEDS(user.write(**one, 0, "first"));
    BOXGATE_SUCCEEDS(user.write(**two, 0, "second"));
    const auto second = user.commit(**two);
    const auto first = user.commit(**one);
    BOOST_REQUIRE(!first.has_error());
    BOOST_REQUIRE(!second.has_error());
    BOOST_TEST(first->stored.id == second->stored.id);
    BOOST_TEST((home->stored("/a") == "first"));
    BOOST_TEST((user.names("/") == names{"a"}));
}

BOOST_FIXTURE_TEST_CASE(two_writers_that_commit_at_once_leave_one_whole_file, conformance_case) {
    const auto one = user.open_write("/a");
    const auto two = user.open_write("/a");
    BOOST_REQUIRE(!one.has_error());
    BOOST_REQUIRE(!two.has_error());
    BOXGATE_SUCCEEDS(user.write(**one, 0, noise(1000, 1)));
    BOXGATE_SUCCEEDS(user.write(**two, 0, noise(1000, 2)));
    const auto [first, second] = user.both((*one)->commit(session::always), (*two)->commit(session::always));
    BOXGATE_SUCCEEDS(first);
    BOXGATE_SUCCEEDS(second);
    const auto held = home->stored("/a");
    BOOST_TEST((held == noise(1000, 1) || held == noise(1000, 2)));
    BOOST_TEST((user.names("/") == names{"a"}));
}

BOOST_FIXTURE_TEST_CASE(of_two_creators_of_one_name_one_is_refused, conformance_case) {
    const auto one = user.open_write("/a", write_mode::create);
    const auto two = user.open_write("/a", write_mode::create);
    BOOST_REQUIRE(!one.has_error());
    BOOST_REQUIRE(!two.has_error());
    BOXGATE_SUCCEEDS(user.write(**one, 0, "first"));
    BOXGATE_SUCCEEDS(user.write(**two, 0, "second"));
    BOXGATE_SUCCEEDS(user.commit(**one));
    BOXGATE_FAILS_WITH(exists, user.commit(**two));
    BOOST_TEST((home->stored("/a") == "first"));
}

BOOST_AUTO_TEST_SUITE_END()
