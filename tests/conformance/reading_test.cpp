#include "tests/conformance/case.hpp"

BOOST_AUTO_TEST_SUITE(reading)

using namespace boxgate::testing;

BOOST_FIXTURE_TEST_CASE(a_file_comes_back_byte_for_byte, conformance_case) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, block::capacity - 1, block::capacity,
                                   block::capacity + 1, 3 * block::capacity + 17}) {
        const auto bytes = noise(size);
        user.put("/a", bytes);
        BOOST_TEST_CONTEXT(size << " bytes") {
            BOOST_TEST((user.get("/a") == bytes));
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_source_tells_what_it_reads, conformance_case) {
    const auto bytes = noise(1000);
    const auto stored = user.put("/a.txt", bytes);
    const auto opened = user.open_read("/a.txt");
    BOOST_REQUIRE(!opened.has_error());
    const auto& info = (*opened)->info();
    BOOST_TEST(info.name == "a.txt");
    BOOST_TEST(info.size == 1000u);
    BOOST_TEST(info.sha1 == sha1_of(bytes));
    BOOST_TEST(info.id == stored.id);
    BOOST_TEST(!info.is_directory());
}

BOOST_FIXTURE_TEST_CASE(reads_start_at_any_offset, conformance_case) {
    const auto bytes = noise(3 * block::capacity);
    user.put("/a", bytes);
    const auto opened = user.open_read("/a");
    BOOST_REQUIRE(!opened.has_error());
    for (const std::uint64_t offset : {std::uint64_t{700'000}, std::uint64_t{0}, std::uint64_t{262'143},
                                       std::uint64_t{262'144}, std::uint64_t{1}, std::uint64_t{786'431}}) {
        const auto got = user.read(**opened, offset, 1000);
        BOOST_REQUIRE(!got.has_error());
        BOOST_TEST_CONTEXT("offset " << offset) {
            BOOST_TEST(!got->empty());
            BOOST_TEST((*got == bytes.substr(offset, got->size())));
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_read_gives_at_most_what_was_asked_for_and_at_most_one_block, conformance_case) {
    user.put("/a", noise(3 * block::capacity));
    const auto opened = user.open_read("/a");
    BOOST_REQUIRE(!opened.has_error());
    BOOST_TEST(user.read(**opened, 0, 10)->size() <= 10u);
    const auto most = user.read(**opened, 10, 100 * block::capacity);
    BOOST_TEST(!most->empty());
    BOOST_TEST(most->size() <= block::capacity);
}

BOOST_FIXTURE_TEST_CASE(reading_at_and_behind_the_end_is_empty_and_no_failure, conformance_case) {
    user.put("/a", "0123456789");
    user.put("/empty", "");
    const auto opened = user.open_read("/a");
    BOOST_REQUIRE(!opened.has_error());
    for (const std::uint64_t offset : {std::uint64_t{10}, std::uint64_t{11}, std::uint64_t{1} << 40}) {
        const auto got = user.read(**opened, offset, 100);
        BOOST_TEST_CONTEXT("offset " << offset) {
            BOOST_REQUIRE(!got.has_error());
            BOOST_TEST(got->empty());
        }
    }
    BOOST_TEST(*user.read(**opened, 8, 100) == "89");
    const auto nothing = user.open_read("/empty");
    BOOST_REQUIRE(!nothing.has_error());
    BOOST_TEST(user.read(**nothing, 0, 100)->empty());
}

BOOST_FIXTURE_TEST_CASE(a_source_keeps_its_version_while_the_file_is_replaced, conformance_case) {
    const auto before = noise(2 * block::capacity, 1);
    user.put("/a", before);
    const auto opened = user.open_read("/a");
    BOOST_REQUIRE(!opened.has_error());
    std::string got = *user.read(**opened, 0, 1000);
    user.put("/a", noise(2 * block::capacity, 2));
    while (got.size() < before.size()) {
        const auto more = user.read(**opened, got.size(), block::capacity);
        BOOST_REQUIRE(!more.has_error());
        BOOST_REQUIRE(!more->empty());
        got += *more;
    }
    BOOST_TEST((got == before));
}

BOOST_FIXTURE_TEST_CASE(two_sources_of_one_file_do_not_disturb_each_other, conformance_case) {
    const auto bytes = noise(2 * block::capacity);
    user.put("/a", bytes);
    const auto one = user.open_read("/a");
    const auto two = user.open_read("/a");
    BOOST_REQUIRE(!one.has_error());
    BOOST_REQUIRE(!two.has_error());
    const auto [first, second] = user.both((*one)->read(0, 1000), (*two)->read(300'000, 1000));
    BOOST_REQUIRE(!first.has_error());
    BOOST_REQUIRE(!second.has_error());
    const auto same = [&](const block& got, std::size_t offset) {
        return std::equal(got.bytes().begin(), got.bytes().end(),
                          std::as_bytes(std::span(bytes)).subspan(offset).begin());
    };
    BOOST_TEST(same(*first, 0));
    BOOST_TEST(same(*second, 300'000));
}

BOOST_FIXTURE_TEST_CASE(a_source_may_be_dropped_half_read, conformance_case) {
    user.put("/a", noise(4 * block::capacity));
    {
        const auto opened = user.open_read("/a");
        BOOST_REQUIRE(!opened.has_error());
        BOOST_TEST(!user.read(**opened, 0, 100)->empty());
    }
    BOOST_TEST((user.get("/a") == noise(4 * block::capacity)));
}

BOOST_FIXTURE_TEST_CASE(what_is_no_file_does_not_open, conformance_case) {
    user.make("/folder");
    user.put("/file", "x");
    BOXGATE_FAILS_WITH(not_found, user.open_read("/nothing"));
    BOXGATE_FAILS_WITH(not_found, user.open_read("/nothing/below"));
    BOXGATE_FAILS_WITH(is_a_directory, user.open_read("/folder"));
    BOXGATE_FAILS_WITH(is_a_directory, user.open_read("/"));
    BOXGATE_FAILS_WITH(not_a_directory, user.open_read("/file/below"));
}

BOOST_AUTO_TEST_SUITE_END()
