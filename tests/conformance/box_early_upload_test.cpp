#include "tests/conformance/box_case.hpp"

#include <fcntl.h>
#include <filesystem>

// Uploads whose size is known before their end: parts are at Box while the client still sends.

BOOST_AUTO_TEST_SUITE(box_early_upload)

using namespace boxgate::testing;

namespace {

constexpr std::size_t parts = 8;
const std::string large = noise((parts - 1) * box_fixture::part_size + 4321);
constexpr bool binding = true;

struct early_case : box_case {
    explicit early_case(const box_fixture::adjustment& adjust = {}) : box_case(adjust) {}

    std::unique_ptr<boxgate::storage::sink> begin(bool is_binding, std::size_t size = large.size(),
                                                  std::size_t sent = 5 * box_fixture::part_size) {
        auto opened = user.open_write("/a", write_mode::replace, announced_size(size, is_binding));
        BOOST_REQUIRE(!opened.has_error());
        BOXGATE_SUCCEEDS(user.write(**opened, 0, std::string_view(large).substr(0, sent)));
        return std::move(*opened);
    }
    auto go_on(boxgate::storage::sink& with, std::size_t from = 5 * box_fixture::part_size) {
        return user.write(with, from, std::string_view(large).substr(from));
    }
    bool parts_arrive(std::size_t count) {
        return home.run_until([&] { return home.calls(part_puts) >= count; });
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(parts_go_out_before_the_last_byte_has_come, early_case) {
    for (const bool is_binding : {true, false}) {
        home.box().requests().reset();
        auto sink = begin(is_binding);
        BOOST_TEST(parts_arrive(5));
        BOOST_TEST(home.calls(session_commits) == 0u);
        BOXGATE_SUCCEEDS(go_on(*sink));
        BOXGATE_SUCCEEDS(user.commit(*sink));
        BOOST_TEST(holds("/a", large));
        BOOST_TEST(home.calls(part_puts) == parts);
    }
}

BOOST_FIXTURE_TEST_CASE(confirmed_parts_leave_the_spool_where_the_size_is_binding, early_case) {
    auto sink = begin(binding);
    BOOST_TEST(home.run_until([&] { return home.engine().spool_bytes() == 0; }));
    BOXGATE_SUCCEEDS(go_on(*sink));
    BOXGATE_SUCCEEDS(user.commit(*sink));
    BOOST_TEST(holds("/a", large));
}

BOOST_FIXTURE_TEST_CASE(what_has_left_the_spool_is_not_read_back, early_case) {
    auto sink = begin(binding);
    BOOST_TEST(home.run_until([&] { return home.engine().spool_bytes() == 0; }));
    BOXGATE_FAILS_WITH(not_supported, user.read_back(*sink, 0, 10));
    auto kept = begin(!binding);
    BOOST_TEST(parts_arrive(10));
    BOOST_TEST((user.read_back(*kept, 1000, 10).value() == large.substr(1000, 10)));
}

BOOST_FIXTURE_TEST_CASE(the_spool_keeps_a_file_whose_size_is_an_estimate, early_case) {
    auto sink = begin(!binding);
    BOOST_TEST(parts_arrive(5));
    BOOST_TEST(home.engine().spool_bytes() == 5 * box_fixture::part_size);
    BOXGATE_SUCCEEDS(go_on(*sink));
    BOXGATE_SUCCEEDS(user.commit(*sink));
}

BOOST_FIXTURE_TEST_CASE(the_second_session_may_have_parts_of_another_size, early_case) {
    auto sink = begin(!binding, large.size() + 1);
    BOOST_TEST(parts_arrive(5));
    home.box().uploads().part_size = 2 * box_fixture::part_size;
    BOXGATE_SUCCEEDS(go_on(*sink));
    BOXGATE_SUCCEEDS(user.commit(*sink));
    BOOST_TEST(holds("/a", large));
}

BOOST_FIXTURE_TEST_CASE(an_estimate_that_was_wrong_begins_again_from_the_spool, early_case) {
    for (const auto announced : {large.size() - box_fixture::part_size, large.size() + 1}) {
        auto sink = begin(!binding, announced);
        BOOST_TEST(parts_arrive(5));
        BOXGATE_SUCCEEDS(go_on(*sink));
        BOXGATE_SUCCEEDS(user.commit(*sink));
        BOOST_TEST(holds("/a", large));
    }
}

BOOST_FIXTURE_TEST_CASE(a_client_that_leaves_leaves_no_session_and_no_file, early_case) {
    user.put("/a", "old");
    for (const bool is_binding : {true, false}) {
        auto sink = begin(is_binding);
        BOOST_TEST(parts_arrive(1));
        sink.reset();
        BOOST_TEST(home.run_until([&] { return home.leftovers().empty(); }));
    }
    BOOST_TEST(holds("/a", "old"));
    BOOST_TEST(home.calls(session_removals) == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_client_that_leaves_while_the_session_is_being_opened_leaves_none, early_case) {
    trouble(new_session, 1, [](auto& what) { what.delay_ms = 100; });
    begin(binding).reset();
    BOOST_TEST(home.run_until([&] { return home.calls(session_removals) == 1; }));
}

BOOST_FIXTURE_TEST_CASE(a_gate_that_refuses_stores_nothing_of_what_is_at_box, early_case) {
    auto sink = begin(binding);
    BOXGATE_SUCCEEDS(go_on(*sink));
    BOXGATE_FAILS_WITH(aborted, user.commit(*sink, [] { return false; }));
    BOOST_TEST(!home.stored("/a").has_value());
}

BOOST_FIXTURE_TEST_CASE(a_refusal_is_told_while_the_client_still_sends, early_case) {
    refuse(new_session, 403, "storage_limit_exceeded");
    auto sink = begin(binding, large.size(), 1000);
    BOOST_TEST(home.run_until([&] { return home.calls("POST /files/upload_sessions") == 1; }));
    home.run_until([&] { return home.engine().open_tasks() == 0; });
    BOXGATE_FAILS_WITH(quota, go_on(*sink, 1000));
    BOXGATE_FAILS_WITH(quota, user.write(*sink, 1000, "more"));
}

BOOST_FIXTURE_TEST_CASE(bytes_that_are_on_their_way_cannot_be_written_again, early_case) {
    auto sink = begin(binding);
    BOOST_TEST(parts_arrive(1));
    BOXGATE_FAILS_WITH(not_supported, user.write(*sink, 17, "again"));
}

BOOST_FIXTURE_TEST_CASE(trouble_while_the_client_sends_costs_nothing, early_case) {
    answer(new_session, 503, 2);
    answer(part_puts, 503, 3);
    lose_answer(part_puts, 2);
    auto sink = begin(binding);
    home.box().tokens().expire_all();
    BOXGATE_SUCCEEDS(go_on(*sink));
    BOXGATE_SUCCEEDS(user.commit(*sink));
    BOOST_TEST(holds("/a", large));
}

BOOST_FIXTURE_TEST_CASE(pieces_in_any_order_make_the_same_file, early_case) {
    const auto opened = user.open_write("/a", write_mode::replace, announced_size(large.size(), binding));
    BOOST_REQUIRE(!opened.has_error());
    const auto piece = [&](std::size_t number) {
        const auto offset = number * block::capacity;
        if (offset >= large.size()) return;
        BOXGATE_SUCCEEDS(user.write(**opened, offset, std::string_view(large).substr(offset, block::capacity)));
    };
    for (std::size_t number = 0; number * block::capacity < large.size(); number += 2) {
        piece(number + 1);
        piece(number);
    }
    BOXGATE_SUCCEEDS(user.commit(**opened));
    BOOST_TEST(holds("/a", large));
}

BOOST_FIXTURE_TEST_CASE(a_session_that_ends_early_is_followed_by_another_if_the_file_is_whole, early_case) {
    refuse(part_puts, 410, "upload_failed");
    auto sink = begin(!binding);
    BOOST_TEST(parts_arrive(1));
    BOXGATE_SUCCEEDS(go_on(*sink));
    BOXGATE_SUCCEEDS(user.commit(*sink));
    BOOST_TEST(holds("/a", large));
    BOOST_TEST(home.calls("POST /files/upload_sessions") == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_session_that_ends_when_the_beginning_is_gone_ends_the_upload, early_case) {
    auto sink = begin(binding);
    BOOST_TEST(home.run_until([&] { return home.engine().spool_bytes() == 0; }));
    refuse(part_puts, 410, "upload_failed");
    auto outcome = go_on(*sink);
    if (!outcome.has_error()) BOXGATE_FAILS_WITH(aborted, user.commit(*sink));
    BOOST_TEST(!home.stored("/a").has_value());
}

BOOST_FIXTURE_TEST_CASE(a_name_that_is_taken_while_the_parts_go_gets_a_new_version, early_case) {
    auto sink = begin(!binding);
    BOOST_TEST(parts_arrive(1));
    home.box().items().seed(box_fixture::user_id, "/a", "another's");
    BOXGATE_SUCCEEDS(go_on(*sink));
    BOXGATE_SUCCEEDS(user.commit(*sink));
    BOOST_TEST(holds("/a", large));
    BOOST_TEST(versions("/a") == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_name_that_is_taken_when_the_beginning_is_gone_is_a_failure, early_case) {
    auto sink = begin(binding);
    BOOST_TEST(home.run_until([&] { return home.engine().spool_bytes() == 0; }));
    home.box().items().seed(box_fixture::user_id, "/a", "another's");
    BOXGATE_SUCCEEDS(go_on(*sink));
    BOXGATE_FAILS_WITH(aborted, user.commit(*sink));
    BOOST_TEST(holds("/a", "another's"));
}

namespace {

// Room for three parts.
struct tight_case : early_case {
    tight_case()
        : early_case([](boxgate::box::options& with) {
              with.spool.max_size = 3 * box_fixture::part_size;
              with.spool_patience = std::chrono::seconds(10);
          }) {}
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_file_larger_than_the_spool_passes_through_it_if_its_size_is_binding, tight_case) {
    auto sink = begin(binding);
    BOXGATE_SUCCEEDS(go_on(*sink));
    BOXGATE_SUCCEEDS(user.commit(*sink));
    BOOST_TEST(holds("/a", large));
}

BOOST_FIXTURE_TEST_CASE(a_full_spool_waits_for_a_session_that_is_slow_to_open, tight_case) {
    trouble(new_session, 1, [](auto& what) { what.delay_ms = 500; });
    auto sink = begin(binding);
    BOXGATE_SUCCEEDS(go_on(*sink));
    BOXGATE_SUCCEEDS(user.commit(*sink));
    BOOST_TEST(holds("/a", large));
}

BOOST_FIXTURE_TEST_CASE(a_full_spool_without_a_session_tells_why_there_is_none, tight_case) {
    trouble(new_session, 1, [](auto& what) {
        what.delay_ms = 500;
        what.status = 403;
        what.body = R"({"type":"error","code":"storage_limit_exceeded","message":"as the test wants it"})";
    });
    auto opened = user.open_write("/a", write_mode::replace, announced_size(large.size(), binding));
    BOOST_REQUIRE(!opened.has_error());
    BOXGATE_FAILS_WITH(quota, user.write(**opened, 0, large));
    BOOST_TEST(!home.stored("/a").has_value());
}

BOOST_AUTO_TEST_CASE(a_full_spool_is_waited_for_as_long_as_its_own_parts_are_on_their_way) {
    early_case with([](boxgate::box::options& how) {
        how.spool.max_size = 3 * box_fixture::part_size;
        how.spool_patience = std::chrono::seconds(1);
    });
    with.trouble(part_puts, 4, [](auto& what) { what.delay_ms = 1500; });
    auto sink = with.begin(binding);
    BOXGATE_SUCCEEDS(with.go_on(*sink));
    BOXGATE_SUCCEEDS(with.user.commit(*sink));
    BOOST_TEST(with.holds("/a", large));
}

BOOST_FIXTURE_TEST_CASE(a_full_spool_whose_parts_are_refused_tells_what_Box_said, tight_case) {
    trouble(part_puts, 4, [](auto& what) {
        what.delay_ms = 300;
        what.status = 403;
        what.body = R"({"type":"error","code":"storage_limit_exceeded","message":"as the test wants it"})";
    });
    auto opened = user.open_write("/a", write_mode::replace, announced_size(large.size(), binding));
    BOOST_REQUIRE(!opened.has_error());
    const auto refused = user.write(**opened, 0, large);
    BOXGATE_FAILS_WITH(quota, refused);
    BOOST_TEST(refused.error().detail.find("spool") == std::string::npos, refused.error().detail);
}

BOOST_FIXTURE_TEST_CASE(any_other_file_larger_than_the_spool_is_refused_by_name_of_the_setting, tight_case) {
    const auto outcome = user.store("/a", large);
    BOXGATE_FAILS_WITH(too_large, outcome);
    BOOST_TEST(outcome.error().detail.find("spool.max_size") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_new_upload_waits_for_room_and_then_is_told_to_come_back, tight_case) {
    const std::string half(2 * box_fixture::part_size, 'x');
    auto first = user.open_write("/first");
    BOXGATE_SUCCEEDS(user.write(**first, 0, half));
    const auto refused = user.store("/second", half);
    BOXGATE_FAILS_WITH(quota, refused);
    BOOST_TEST(refused.error().detail.find("spool.max_size") != std::string::npos);
    BOXGATE_SUCCEEDS(user.commit(**first));
    first->reset();
    BOXGATE_SUCCEEDS(user.store("/second", half));
}

BOOST_AUTO_TEST_CASE(an_upload_in_memory_mode_touches_no_disk) {
    early_case with([](boxgate::box::options& how) {
        how.spool.mode = boxgate::conf::spool_mode::memory;
        how.spool.directory = "/nonexistent";
        how.spool.max_size = 16 * box_fixture::part_size;
    });
    for (const bool is_binding : {true, false}) {
        auto sink = with.begin(is_binding);
        BOXGATE_SUCCEEDS(with.go_on(*sink));
        BOXGATE_SUCCEEDS(with.user.commit(*sink));
        BOOST_TEST(with.holds("/a", large));
    }
}

BOOST_AUTO_TEST_SUITE_END()
