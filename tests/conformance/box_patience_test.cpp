#include "tests/conformance/box_case.hpp"

#include <boost/asio/co_spawn.hpp>

#include <chrono>
#include <cstring>

// How long uploads go on trying, and what they end with: never with a guess, and never for a hiccup.

BOOST_AUTO_TEST_SUITE(box_patience)

using namespace boxgate::testing;
using namespace std::chrono_literals;

namespace {

using clock = std::chrono::steady_clock;
constexpr auto part = box_fixture::part_size;
const std::string small = "a small file";
const std::string large = noise(box_fixture::direct_limit + 3 * part + 4321);

// A command waits for a second, a commit for two.
struct brief_case : box_case {
    brief_case() : box_case(hurry) {}
    static void hurry(boxgate::box::options& settings) {
        settings.max_wait = 1s;
        settings.commit_timeout = 2s;
    }
};

// A command waits for a second, an upload for longer; parts go one by one.
struct patient_case : box_case {
    patient_case() : box_case(adjust) {}
    static void adjust(boxgate::box::options& settings) {
        settings.max_wait = 1s;
        settings.parts_in_flight = 1;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(after_a_lost_answer_Box_is_asked_until_it_answers, box_case) {
    user.put("/a", "old");
    lose_answer(direct_posts);
    answer("OPTIONS /files/content", 503, 6);  // more than one call tries
    BOXGATE_SUCCEEDS(user.store("/a", small));
    BOOST_TEST(holds("/a", small));
    BOOST_TEST(versions("/a") == 2u);
}

BOOST_AUTO_TEST_CASE(a_post_that_lost_its_end_is_repeated_and_nobody_is_asked) {
    box_case with([](boxgate::box::options& settings) { settings.direct_upload_limit = 16 * part; });
    const auto content = noise(12 * part);
    const auto asked = [&] { return with.home.calls("OPTIONS /files/content"); };
    BOXGATE_SUCCEEDS(with.user.store("/b", content));
    const auto usual = asked();
    with.trouble(direct_posts, 1, [](auto& what) { what.cut_request_bytes = 300'000; });
    BOXGATE_SUCCEEDS(with.user.store("/a", content));
    BOOST_TEST(with.holds("/a", content));
    BOOST_TEST(asked() == 2 * usual);
}

BOOST_FIXTURE_TEST_CASE(a_version_that_came_through_late_is_not_stored_twice, box_case) {
    user.put("/a", "old");
    trouble(direct_posts, 1, [](auto& what) {
        what.after = true;
        what.status = 502;
    });
    answer("OPTIONS /files/content", 200);  // Box does not show it at once
    BOXGATE_SUCCEEDS(user.store("/a", small));
    BOOST_TEST(holds("/a", small));
    BOOST_TEST(versions("/a") == 2u);
}

BOOST_FIXTURE_TEST_CASE(what_Box_says_of_the_time_to_come_back_is_kept_by_a_post, box_case) {
    answer(direct_posts, 503, 1, {{"Retry-After", "2"}});
    const auto since = clock::now();
    BOXGATE_SUCCEEDS(user.store("/a", small));
    BOOST_TEST((clock::now() - since >= 2s));
    BOOST_TEST(home.calls("POST /files/content") == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_commit_that_goes_on_failing_does_not_send_the_file_again, box_case) {
    answer(session_commits, 500, 7, {{"Retry-After", "1"}});
    BOXGATE_SUCCEEDS(user.store("/a", large));
    BOOST_TEST(holds("/a", large));
    BOOST_TEST(home.calls("POST /files/upload_sessions") == 1u);
    BOOST_TEST(home.calls(part_puts) == 8u);
}

BOOST_FIXTURE_TEST_CASE(a_second_session_has_a_commit_timeout_of_its_own, brief_case) {
    const boxgate::storage::announced_size size(large.size(), false);
    auto sink = user.open_write("/a", write_mode::replace, size);
    BOOST_REQUIRE(!sink.has_error());
    BOXGATE_SUCCEEDS(user.write(**sink, 0, large));
    BOOST_TEST(home.run_until([&] { return home.calls(part_puts) >= 7; }));
    home.box().items().seed(box_fixture::user_id, "/a", "another's");
    home.box().uploads().commit_202_count = 1;
    trouble(part_puts, -1, [](auto& what) { what.delay_ms = 1100; });
    BOXGATE_SUCCEEDS(user.commit(**sink));
    BOOST_TEST(holds("/a", large));
    BOOST_TEST(home.calls("POST /files/{id}/upload_sessions") == 1u);
}

BOOST_FIXTURE_TEST_CASE(at_the_end_of_commit_timeout_Box_is_asked_whether_it_has_the_file, brief_case) {
    trouble(session_commits, -1, [](auto& what) {
        what.after = true;
        what.status = 202;
    });
    BOXGATE_SUCCEEDS(user.store("/a", large));
    BOOST_TEST(holds("/a", large));
}

BOOST_FIXTURE_TEST_CASE(commit_timeout_ends_a_longer_wait_that_Box_asks_for, brief_case) {
    answer(session_commits, 202, -1, {{"Retry-After", "60"}});
    const auto since = clock::now();
    BOXGATE_FAILS_WITH(timeout, user.store("/a", large));
    BOOST_TEST((clock::now() - since < 30s));
    BOOST_TEST(!home.stored("/a").has_value());
    BOOST_TEST(home.calls(session_removals) == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_large_upload_outwaits_what_a_command_does_not, patient_case) {
    answer(new_session, 429, 1, {{"Retry-After", "2"}});
    answer(part_puts, 503, 1, {{"Retry-After", "2"}});
    answer(part_puts, 429, 1, {{"Retry-After", "2"}});
    answer(session_commits, 429, 1, {{"Retry-After", "2"}});
    BOXGATE_SUCCEEDS(user.store("/a", large));
    BOOST_TEST(holds("/a", large));
    BOOST_TEST(home.calls("POST /files/upload_sessions") == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_large_upload_outlives_a_while_without_Box, patient_case) {
    answer(part_puts, 503, 5);  // of one part
    BOXGATE_SUCCEEDS(user.store("/a", large));
    BOOST_TEST(holds("/a", large));
    BOOST_TEST(home.calls("POST /files/upload_sessions") == 1u);
}

// The answer to a part of the first session comes when the second one is being opened.
BOOST_AUTO_TEST_CASE(what_a_lost_session_confirms_late_is_kept_for_the_next_one) {
    box_case with([](boxgate::box::options& settings) { settings.upload_patience = 5s; });
    auto& home = with.home;
    const boxgate::storage::announced_size size(large.size(), true);
    auto sink = with.user.open_write("/a", write_mode::replace, size);
    BOOST_REQUIRE(!sink.has_error());
    BOXGATE_SUCCEEDS(with.user.write(**sink, 0, large.substr(0, 1000)));
    BOOST_TEST(home.run_until([&] { return home.calls("POST /files/upload_sessions") == 1; }));
    with.trouble(part_puts, 1, [](auto& what) { what.delay_ms = 1000; });
    with.refuse(part_puts, 410, "session_expired", 3);  // all others, or some of the file would have gone
    with.trouble(new_session, 1, [](auto& what) { what.delay_ms = 2000; });
    BOXGATE_SUCCEEDS(with.user.write(**sink, 1000, large.substr(1000)));
    BOXGATE_SUCCEEDS(with.user.commit(**sink));
    BOOST_TEST(with.holds("/a", large));
    BOOST_TEST(home.calls("POST /files/upload_sessions") >= 2u);
}

BOOST_AUTO_TEST_CASE(a_large_upload_is_given_up_when_Box_stays_away) {
    box_case with([](boxgate::box::options& settings) { settings.upload_patience = 2s; });
    with.answer(part_puts, 503, -1);
    const auto since = clock::now();
    BOXGATE_FAILS_WITH(unavailable, with.user.store("/a", large));
    BOOST_TEST((clock::now() - since < 30s));
}

BOOST_FIXTURE_TEST_CASE(an_upload_that_is_given_up_leaves_the_spool_though_Box_wants_silence, patient_case) {
    answer(part_puts, 429, -1, {{"Retry-After", "6"}});
    const boxgate::storage::announced_size size(large.size(), false);
    auto sink = user.open_write("/a", write_mode::replace, size);
    BOOST_REQUIRE(!sink.has_error());
    BOXGATE_SUCCEEDS(user.write(**sink, 0, large.substr(0, 2 * part)));
    BOOST_TEST(home.run_until([&] { return home.calls(part_puts) == 1; }));
    const auto since = clock::now();
    sink->reset();
    BOOST_TEST(home.run_until([&] { return home.engine().spool_bytes() == 0; }));
    BOOST_TEST((clock::now() - since < 5s));
}

namespace {

// Room for three parts.
struct narrow_case : box_case {
    narrow_case() : box_case(adjust, 32 * block::capacity) {}
    static void adjust(boxgate::box::options& settings) {
        settings.spool.max_size = 3 * part;
        settings.spool_patience = 3s;
    }

    boost::asio::awaitable<bool> store_by_blocks(std::string name) {
        const auto content = std::string_view(large).substr(0, box_fixture::direct_limit + part / 2);
        const boxgate::storage::announced_size size(content.size(), true);
        auto opened = co_await user.port().open_write(path_of(name), write_mode::replace, size);
        if (opened.has_error()) co_return false;
        for (std::size_t at = 0; at < content.size(); at += block::capacity) {
            auto piece = co_await home.blocks()->acquire(60s);
            const auto n = std::min(block::capacity, content.size() - at);
            std::memcpy(piece->room().data(), content.data() + at, n);
            piece->grow(n);
            const auto written = co_await (*opened)->write(at, std::move(*piece));
            if (written.has_error()) co_return false;
        }
        const auto stored = co_await (*opened)->commit([] { return true; });
        co_return stored.has_value();
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(many_uploads_through_a_narrow_spool_do_not_wait_for_each_other_for_ever, narrow_case) {
    constexpr unsigned uploads = 6;
    unsigned ended = 0;
    unsigned stored = 0;
    for (unsigned i = 0; i < uploads; ++i) {
        boost::asio::co_spawn(home.context(), store_by_blocks("/" + std::to_string(i)),
                              [&](std::exception_ptr failed, bool well) {
                                  ++ended;
                                  if (!failed && well) ++stored;
                              });
    }
    BOOST_TEST(home.run_until([&] { return ended == uploads; }));
    BOOST_TEST(stored == uploads);
}

BOOST_AUTO_TEST_CASE(an_upload_that_cannot_drain_may_have_all_of_the_spool) {
    box_case with([](boxgate::box::options& settings) {
        settings.spool.max_size = 6 * part;
        settings.spool_patience = 10s;
        settings.upload_patience = 1s;
    });
    with.answer(new_session, 503, 3);  // until the patience is over; the next session is opened at the end
    const boxgate::storage::announced_size size(large.size() - 2 * part, true);
    auto sink = with.user.open_write("/a", write_mode::replace, size);
    BOOST_REQUIRE(!sink.has_error());
    BOXGATE_SUCCEEDS(with.user.write(**sink, 0, large.substr(0, size.bytes)));
    BOXGATE_SUCCEEDS(with.user.commit(**sink));
    BOOST_TEST(with.holds("/a", large.substr(0, size.bytes)));
}

// Nothing of its own is on the way that could make room.
BOOST_FIXTURE_TEST_CASE(a_spool_that_others_fill_is_not_waited_for_as_if_it_drained, narrow_case) {
    auto other = user.open_write("/other");
    BOXGATE_SUCCEEDS(user.write(**other, 0, large.substr(0, 3 * part - 300'000)));
    auto sink = user.open_write("/a", write_mode::replace, boxgate::storage::announced_size(large.size(), true));
    BOXGATE_SUCCEEDS(user.write(**sink, 0, large.substr(0, 100'000)));
    BOOST_TEST(home.run_until([&] { return home.calls("POST /files/upload_sessions") == 1; }));
    const auto since = clock::now();
    BOXGATE_FAILS_WITH(quota, user.write(**sink, 100'000, large.substr(100'000, part)));
    BOOST_TEST((clock::now() - since < 30s));
}

BOOST_AUTO_TEST_SUITE_END()
