#include "tests/conformance/case.hpp"

// Files that an implementation stores in another way than small ones: the same rules hold. Where it has no such way the
// sizes are modest and the cases only say the rules again.

BOOST_AUTO_TEST_SUITE(large)

using namespace boxgate::testing;

namespace {

struct large_case : conformance_case {
    std::size_t size() const { return home->large().value_or(3 * block::capacity) + 54321; }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_large_file_is_stored_whole, large_case) {
    const auto bytes = noise(size());
    const auto receipt = user.store("/a", bytes);
    BOOST_REQUIRE(!receipt.has_error());
    BOOST_TEST(receipt->stored.size == bytes.size());
    BOOST_TEST(receipt->stored.sha1 == sha1_of(bytes));
    BOOST_TEST((home->stored("/a") == bytes));
}

BOOST_FIXTURE_TEST_CASE(a_large_file_comes_back_byte_for_byte, large_case) {
    const auto bytes = noise(size());
    user.put("/a", bytes);
    BOOST_TEST((user.get("/a") == bytes));
}

BOOST_FIXTURE_TEST_CASE(a_large_file_with_a_binding_size_is_stored_whole, large_case) {
    const auto bytes = noise(size());
    const auto opened = user.open_write("/a", write_mode::replace, announced_size(bytes.size(), true));
    BOOST_REQUIRE(!opened.has_error());
    BOXGATE_SUCCEEDS(user.write(**opened, 0, bytes));
    BOXGATE_SUCCEEDS(user.commit(**opened));
    BOOST_TEST((home->stored("/a") == bytes));
}

BOOST_FIXTURE_TEST_CASE(a_large_file_replaces_a_small_one_and_keeps_its_id, large_case) {
    const auto first = user.put("/a", "small");
    const auto bytes = noise(size());
    const auto second = user.put("/a", bytes);
    BOOST_TEST(second.id == first.id);
    BOOST_TEST((home->stored("/a") == bytes));
    BOOST_TEST(user.put("/a", "small again").id == first.id);
}

BOOST_FIXTURE_TEST_CASE(a_large_file_whose_pieces_come_in_any_order_is_stored_whole, large_case) {
    const auto bytes = noise(size());
    const auto opened = user.open_write("/a");
    BOOST_REQUIRE(!opened.has_error());
    // Pairs of pieces change places, as parallel requests of a client do.
    const auto piece = [&](std::size_t number) {
        const auto offset = number * block::capacity;
        if (offset >= bytes.size()) return;
        BOXGATE_SUCCEEDS(user.write(**opened, offset, std::string_view(bytes).substr(offset, block::capacity)));
    };
    for (std::size_t number = 0; number * block::capacity < bytes.size(); number += 2) {
        piece(number + 1);
        piece(number);
    }
    BOXGATE_SUCCEEDS(user.commit(**opened));
    BOOST_TEST((home->stored("/a") == bytes));
}

BOOST_FIXTURE_TEST_CASE(a_large_file_dropped_half_way_leaves_the_old_one_and_nothing_else, large_case) {
    user.put("/a", "old");
    const auto bytes = noise(size());
    {
        const auto opened = user.open_write("/a", write_mode::replace, announced_size(bytes.size(), true));
        BOOST_REQUIRE(!opened.has_error());
        BOXGATE_SUCCEEDS(user.write(**opened, 0, std::string_view(bytes).substr(0, bytes.size() / 2)));
    }
    BOOST_TEST((home->stored("/a") == "old"));
}

BOOST_FIXTURE_TEST_CASE(a_large_file_that_falls_short_of_its_binding_size_stores_nothing, large_case) {
    const auto bytes = noise(size());
    const auto opened = user.open_write("/a", write_mode::replace, announced_size(bytes.size() + 1, true));
    BOOST_REQUIRE(!opened.has_error());
    BOXGATE_SUCCEEDS(user.write(**opened, 0, bytes));
    BOXGATE_FAILS_WITH(aborted, user.commit(**opened));
    BOXGATE_FAILS_WITH(not_found, user.stat("/a"));
}

BOOST_FIXTURE_TEST_CASE(a_large_file_whose_estimate_was_wrong_is_stored_whole, large_case) {
    const auto bytes = noise(size());
    for (const std::size_t estimate : {bytes.size() - 54321, bytes.size() + 54321}) {
        const auto opened = user.open_write("/a", write_mode::replace, announced_size(estimate, false));
        BOOST_REQUIRE(!opened.has_error());
        BOXGATE_SUCCEEDS(user.write(**opened, 0, bytes));
        BOXGATE_SUCCEEDS(user.commit(**opened));
        BOOST_TEST((home->stored("/a") == bytes));
    }
}

BOOST_FIXTURE_TEST_CASE(a_gate_that_refuses_a_large_file_stores_nothing, large_case) {
    const auto opened = user.open_write("/a");
    BOOST_REQUIRE(!opened.has_error());
    BOXGATE_SUCCEEDS(user.write(**opened, 0, noise(size())));
    BOXGATE_FAILS_WITH(aborted, user.commit(**opened, [] { return false; }));
    BOXGATE_FAILS_WITH(not_found, user.stat("/a"));
}

BOOST_FIXTURE_TEST_CASE(a_hole_in_a_large_file_stores_nothing, large_case) {
    const auto bytes = noise(size());
    const auto opened = user.open_write("/a");
    BOOST_REQUIRE(!opened.has_error());
    BOXGATE_SUCCEEDS(user.write(**opened, 0, std::string_view(bytes).substr(0, bytes.size() / 2)));
    BOXGATE_SUCCEEDS(user.write(**opened, bytes.size() / 2 + 1, std::string_view(bytes).substr(bytes.size() / 2 + 1)));
    BOXGATE_FAILS_WITH(aborted, user.commit(**opened));
    BOXGATE_FAILS_WITH(not_found, user.stat("/a"));
}

BOOST_FIXTURE_TEST_CASE(a_large_create_refuses_a_name_that_exists, large_case) {
    user.put("/a", "old");
    BOXGATE_FAILS_WITH(exists, user.store("/a", noise(size()), write_mode::create));
    BOOST_TEST((home->stored("/a") == "old"));
}

BOOST_AUTO_TEST_SUITE_END()
