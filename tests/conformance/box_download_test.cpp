#include "tests/conformance/box_case.hpp"

// Downloads that break, are damaged, or are slow.

BOOST_AUTO_TEST_SUITE(box_download)

using namespace boxgate::testing;

namespace {

constexpr std::size_t mib = 1024 * 1024;

struct download_case : box_case {
    explicit download_case(std::size_t memory = 0) : box_case({}, memory) {}

    std::uint64_t bytes_served() {
        std::uint64_t sum = 0;
        for (const auto& row : home.box().requests().since(0)) {
            if (std::string_view(row.at("endpoint").as_string()) == data_gets) {
                sum += row.at("response_bytes").to_number<std::uint64_t>();
            }
        }
        return sum;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_stream_that_breaks_goes_on_where_it_broke, download_case) {
    const auto bytes = noise(8 * mib);
    home.box().items().seed(box_fixture::user_id, "/a", bytes);
    for (int i = 0; i < 3; ++i) trouble(data_gets, 1, [](auto& what) { what.cut_after_bytes = 2 * mib; });
    answer(data_gets, 503);
    trouble(data_gets, 1, [](auto& what) { what.reset = true; });
    BOOST_TEST((user.get("/a") == bytes));
    BOOST_TEST(home.calls(data_gets) == 6u);
    BOOST_TEST(home.calls(address_gets) <= 2u);
}

BOOST_FIXTURE_TEST_CASE(an_address_that_has_expired_is_renewed, download_case) {
    const auto bytes = noise(mib);
    user.put("/a", bytes);
    const auto opened = user.open_read("/a");
    BOOST_REQUIRE(!opened.has_error());
    answer(data_gets, 403);
    const auto first = user.read(**opened, 0, block::capacity);
    BOOST_REQUIRE(!first.has_error());
    BOOST_TEST((*first == bytes.substr(0, first->size())));
    BOOST_TEST(home.calls(address_gets) == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_file_that_is_being_prepared_is_waited_for, download_case) {
    user.put("/a", "text");
    home.box().box().download_202_count = 1;
    BOOST_TEST(user.get("/a") == "text");
}

BOOST_FIXTURE_TEST_CASE(damage_is_found_before_the_last_bytes_are_given, download_case) {
    const auto bytes = noise(3 * block::capacity + 5);
    user.put("/a", bytes);
    trouble(data_gets, 1, [](auto& what) { what.damage = true; });
    const auto opened = user.open_read("/a");
    BOOST_REQUIRE(!opened.has_error());
    std::size_t given = 0;
    for (;;) {
        const auto piece = user.read(**opened, given, block::capacity);
        if (piece.has_error()) {
            BOOST_TEST(piece.error().code == boxgate::storage::errc::changed);
            break;
        }
        BOOST_REQUIRE(!piece->empty());
        given += piece->size();
    }
    BOOST_TEST(given < bytes.size());
}

BOOST_FIXTURE_TEST_CASE(after_damage_nothing_more_is_given, download_case) {
    user.put("/a", noise(1000));
    trouble(data_gets, 1, [](auto& what) { what.damage = true; });
    const auto opened = user.open_read("/a");
    BOOST_REQUIRE(!opened.has_error());
    for (const std::uint64_t offset : {0, 0, 500}) {
        BOXGATE_FAILS_WITH(changed, user.read(**opened, offset, block::capacity));
    }
}

// As paramiko does: it asks ahead, and for some bytes once more.
BOOST_FIXTURE_TEST_CASE(damage_is_found_although_some_bytes_are_read_twice, download_case) {
    const auto bytes = noise(2 * block::capacity + 5);
    user.put("/a", bytes);
    for (const bool damaged : {false, true}) {
        if (damaged) trouble(data_gets, 2, [](auto& what) { what.damage = true; });
        const auto opened = user.open_read("/a");
        BOOST_REQUIRE(!opened.has_error());
        bool found = false;
        for (std::size_t at = 0; at < bytes.size(); at += 20'000) {
            for (const auto from : {at, at / 2, at}) {
                const auto piece = user.read(**opened, from, 30'000);
                found = found || piece.has_error();
            }
        }
        BOOST_TEST(found == damaged);
    }
}

BOOST_FIXTURE_TEST_CASE(a_download_that_fails_for_good_says_so, download_case) {
    user.put("/a", "text");
    answer(data_gets, 500, -1);
    const auto opened = user.open_read("/a");
    BOOST_REQUIRE(!opened.has_error());
    BOXGATE_FAILS_WITH(unavailable, user.read(**opened, 0, 100));
}

// SFTP clients may read on after a failure, from where it happened.
BOOST_FIXTURE_TEST_CASE(what_came_before_a_failure_is_not_lost, download_case) {
    const auto bytes = noise(mib);
    home.box().items().seed(box_fixture::user_id, "/a", bytes);
    trouble(data_gets, 1, [](auto& what) { what.cut_after_bytes = 100'000; });
    answer(data_gets, 500, 4);
    const auto opened = user.open_read("/a");
    BOOST_REQUIRE(!opened.has_error());
    std::string got;
    for (int tries = 0; tries < 20 && got.size() < bytes.size(); ++tries) {
        const auto piece = user.read(**opened, got.size(), block::capacity);
        if (!piece.has_error()) got += *piece;
    }
    BOOST_TEST((got == bytes));
}

BOOST_FIXTURE_TEST_CASE(reads_here_and_there_fetch_little_more_than_was_asked_for, download_case) {
    const auto bytes = noise(24 * mib);
    home.box().items().seed(box_fixture::user_id, "/a", bytes);
    const auto opened = user.open_read("/a");
    BOOST_REQUIRE(!opened.has_error());
    for (const std::size_t offset : {20 * mib + 3, 3 * mib, 11 * mib, std::size_t{17}, 23 * mib + 900'000}) {
        const auto piece = user.read(**opened, offset, 32 * 1024);
        BOOST_REQUIRE(!piece.has_error());
        BOOST_TEST((*piece == bytes.substr(offset, 32 * 1024)));
    }
    BOOST_TEST(bytes_served() <= 5 * block::capacity);
    BOOST_TEST(home.calls(address_gets) == 1u);
}

BOOST_FIXTURE_TEST_CASE(reads_that_go_on_from_the_middle_ask_for_more_each_time, download_case) {
    const auto bytes = noise(24 * mib);
    home.box().items().seed(box_fixture::user_id, "/a", bytes);
    const auto opened = user.open_read("/a");
    BOOST_REQUIRE(!opened.has_error());
    const std::size_t begin = 5 * mib + 1;
    std::size_t at = begin;
    while (at < bytes.size()) {
        const auto piece = user.read(**opened, at, block::capacity);
        BOOST_REQUIRE(!piece.has_error());
        BOOST_REQUIRE((*piece == bytes.substr(at, piece->size())));
        at += piece->size();
    }
    // An answer is in the journal a moment after its last byte has gone.
    BOOST_TEST(home.run_until([&] { return bytes_served() >= bytes.size() - begin; }));
    BOOST_TEST(bytes_served() == bytes.size() - begin);
    BOOST_TEST(home.calls(data_gets) <= 6u);
}

BOOST_FIXTURE_TEST_CASE(one_version_is_read_whatever_becomes_of_the_name, download_case) {
    const auto old = noise(2 * mib, 1);
    user.put("/a", old);
    const auto opened = user.open_read("/a");
    BOOST_REQUIRE(!opened.has_error());
    trouble(data_gets, 1, [](auto& what) { what.cut_after_bytes = 500'000; });
    std::string got = *user.read(**opened, 0, 100'000);
    home.box().items().seed(box_fixture::user_id, "/a", noise(2 * mib, 2));
    while (got.size() < old.size()) got += *user.read(**opened, got.size(), block::capacity);
    BOOST_TEST((got == old));
}

namespace {

const std::string& huge() {
    static const auto bytes = noise(48 * mib);
    return bytes;
}

// Streams so slow that further ones help.
struct slow_case : download_case {
    explicit slow_case(std::size_t memory = 64 * mib) : download_case(memory) {
        home.box().items().seed(box_fixture::user_id, "/a", huge());
        home.box().box().download_bytes_per_second = 10'000'000;
    }
    // Reads in order from the beginning until `count` streams were opened; how far it came.
    std::size_t read_until(boxgate::storage::source& from, std::size_t count) {
        std::size_t at = 0;
        while (at < huge().size() && (home.calls(data_gets) < count || at == 0)) {
            const auto piece = user.read(from, at, block::capacity);
            BOOST_REQUIRE(!piece.has_error());
            at += piece->size();
        }
        return at;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_client_that_waits_for_box_is_served_by_several_streams, slow_case) {
    BOOST_TEST((user.get("/a") == huge()));
    // The journal knows a stream when it has ended.
    BOOST_TEST(home.run_until([&] { return home.calls(data_gets) >= 2; }));
    BOOST_TEST(home.calls(address_gets) == 1u);
}

BOOST_FIXTURE_TEST_CASE(streams_that_break_go_on_each_where_it_broke, slow_case) {
    for (int i = 0; i < 4; ++i) trouble(data_gets, 1, [](auto& what) { what.cut_after_bytes = 3 * mib; });
    answer(data_gets, 403);  // and an address that has expired
    BOOST_TEST((user.get("/a") == huge()));
}

BOOST_FIXTURE_TEST_CASE(a_range_that_cannot_be_had_fails_the_download_in_its_turn, slow_case) {
    const auto opened = user.open_read("/a");
    BOOST_REQUIRE(!opened.has_error());
    BOXGATE_SUCCEEDS(user.read(**opened, 0, block::capacity));
    answer(data_gets, 404, -1);
    std::size_t at = block::capacity;
    for (;;) {
        const auto piece = user.read(**opened, at, block::capacity);
        if (piece.has_error()) break;
        BOOST_REQUIRE((!piece->empty() && *piece == huge().substr(at, piece->size())));
        at += piece->size();
    }
    BOOST_TEST(at < huge().size());
}

BOOST_FIXTURE_TEST_CASE(a_reader_that_is_dropped_gives_all_memory_back, slow_case) {
    auto opened = user.open_read("/a");
    BOOST_REQUIRE(!opened.has_error());
    // The journal knows a stream when it has ended: one range has, so others are under way.
    const auto at = read_until(**opened, 1);
    BOOST_TEST(at < huge().size());
    opened->reset();
    BOOST_TEST(home.run_until([&] { return home.blocks()->blocks_in_use() == 0; }));
}

BOOST_FIXTURE_TEST_CASE(a_read_elsewhere_ends_the_streams, slow_case) {
    const auto opened = user.open_read("/a");
    BOOST_REQUIRE(!opened.has_error());
    read_until(**opened, 1);
    const auto piece = user.read(**opened, 40 * mib + 5, 1000);
    BOOST_REQUIRE(!piece.has_error());
    BOOST_TEST((*piece == huge().substr(40 * mib + 5, 1000)));
    BOOST_TEST(home.blocks()->blocks_in_use() <= 2u);
}

BOOST_AUTO_TEST_CASE(content_that_is_not_ready_is_waited_for_no_longer_than_anything_else) {
    box_case with([](boxgate::box::options& settings) { settings.max_wait = std::chrono::seconds(2); });
    with.user.put("/a", "content");
    with.answer(address_gets, 202, 1, {{"Retry-After", "1"}});
    BOOST_TEST(with.user.get("/a") == "content");
    with.answer(address_gets, 202, -1, {{"Retry-After", "4"}});
    const auto before = with.home.calls(address_gets);
    const auto opened = with.user.open_read("/a");
    const auto refused = opened.has_error() ? opened.error() : with.user.read(**opened, 0, 10).error();
    BOOST_TEST((refused.code == boxgate::storage::errc::unavailable));
    BOOST_TEST((refused.retry_after == std::chrono::seconds(4)));
    BOOST_TEST(with.home.calls(address_gets) == before + 1);
}

BOOST_AUTO_TEST_CASE(hardly_any_memory_is_enough) {
    slow_case with(0);
    BOOST_TEST((with.user.get("/a") == huge()));
}

BOOST_AUTO_TEST_SUITE_END()
