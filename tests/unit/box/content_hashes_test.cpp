#include "box/content_hashes.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(content_hashes)

using boxgate::box::content_hashes;
using boxgate::box::sha1;

namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

std::string digest(std::string_view text) {
    sha1 hash;
    hash.update(bytes_of(text));
    return hash.finish();
}

const std::string text = "the quick brown fox jumps over the lazy dog";

}  // namespace

BOOST_AUTO_TEST_CASE(the_whole_is_hashed_however_it_comes) {
    for (const std::size_t step : {1, 3, 7, 100}) {
        content_hashes hashes;
        for (std::size_t at = 0; at < text.size(); at += step) hashes.update(bytes_of(text.substr(at, step)));
        BOOST_TEST(hashes.hashed() == text.size());
        BOOST_TEST((hashes.finish() == digest(text)));
    }
    BOOST_TEST((content_hashes().finish() == digest("")));
}

BOOST_AUTO_TEST_CASE(parts_are_hashed_beside_it) {
    for (const std::size_t step : {1, 3, 10, 16, 100}) {
        content_hashes hashes;
        hashes.cut_into(10);
        for (std::size_t at = 0; at < text.size(); at += step) hashes.update(bytes_of(text.substr(at, step)));
        auto parts = hashes.take_parts();
        BOOST_TEST(parts.size() == 4u);
        BOOST_TEST((hashes.finish() == digest(text)));
        parts.merge(hashes.take_parts());
        BOOST_REQUIRE(parts.size() == 5u);
        for (std::size_t i = 0; i < 5; ++i) BOOST_TEST((parts[i] == digest(text.substr(i * 10, 10))));
    }
}

BOOST_AUTO_TEST_CASE(a_part_that_had_begun_before_the_cut_is_left_out) {
    content_hashes hashes;
    hashes.update(bytes_of(text.substr(0, 13)));
    hashes.cut_into(10);
    hashes.update(bytes_of(text.substr(13)));
    BOOST_TEST((hashes.finish() == digest(text)));
    const auto parts = hashes.take_parts();
    BOOST_TEST(parts.size() == 3u);
    BOOST_TEST((parts.at(2) == digest(text.substr(20, 10))));
    BOOST_TEST((parts.at(4) == digest(text.substr(40))));
}

BOOST_AUTO_TEST_CASE(a_cut_at_the_border_of_a_part_leaves_none_out) {
    content_hashes hashes;
    hashes.update(bytes_of(text.substr(0, 10)));
    hashes.cut_into(10);
    hashes.update(bytes_of(text.substr(10)));
    BOOST_TEST((hashes.take_parts().at(1) == digest(text.substr(10, 10))));
}

BOOST_AUTO_TEST_CASE(it_can_begin_again) {
    content_hashes hashes;
    hashes.cut_into(10);
    hashes.update(bytes_of("something else altogether"));
    hashes.restart();
    BOOST_TEST(hashes.hashed() == 0u);
    hashes.cut_into(20);
    hashes.update(bytes_of(text));
    BOOST_TEST((hashes.finish() == digest(text)));
    BOOST_TEST((hashes.take_parts().at(0) == digest(text.substr(0, 20))));
}

BOOST_AUTO_TEST_SUITE_END()
