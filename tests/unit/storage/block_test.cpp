#include "protocol/storage/block.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>

// A suite is a namespace: inside it, its name must mean the class again.
BOOST_AUTO_TEST_SUITE(block)

using boxgate::storage::block;
using boxgate::storage::block_pool;

namespace {

constexpr std::size_t four_blocks = 4 * block::capacity;

block filled(block_pool& pool, std::string_view text) {
    auto taken = pool.try_acquire();
    BOOST_REQUIRE(taken.has_value());
    std::memcpy(taken->room().data(), text.data(), text.size());
    taken->grow(text.size());
    return std::move(*taken);
}

std::string text_of(const block& data) {
    return std::string(reinterpret_cast<const char*>(data.bytes().data()), data.size());
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_default_block_is_empty_and_holds_no_memory) {
    block nothing;
    BOOST_TEST(nothing.empty());
    BOOST_TEST(!nothing);
    BOOST_TEST(nothing.bytes().empty());
    BOOST_TEST(nothing.room().empty());
}

BOOST_AUTO_TEST_CASE(an_acquired_block_is_empty_with_room_for_a_whole_block) {
    const auto pool = block_pool::create(four_blocks);
    auto taken = pool->try_acquire();
    BOOST_REQUIRE(taken.has_value());
    BOOST_TEST(taken->empty());
    BOOST_TEST(static_cast<bool>(*taken));
    BOOST_TEST(taken->room().size() == block::capacity);
}

BOOST_AUTO_TEST_CASE(growing_moves_the_room_behind_what_is_filled) {
    const auto pool = block_pool::create(four_blocks);
    auto data = filled(*pool, "abc");
    const auto room = data.room();
    BOOST_TEST(room.size() == block::capacity - 3);
    std::memcpy(room.data(), "de", 2);
    data.grow(2);
    BOOST_TEST(text_of(data) == "abcde");
    data.grow(data.room().size());
    BOOST_TEST(data.size() == block::capacity);
    BOOST_TEST(data.room().empty());
}

BOOST_AUTO_TEST_CASE(prefix_and_part_show_less_of_the_same_bytes) {
    const auto pool = block_pool::create(four_blocks);
    auto data = filled(*pool, "0123456789");
    BOOST_TEST(text_of(data.part(2, 3)) == "234");
    BOOST_TEST(text_of(data.part(8, 100)) == "89");
    BOOST_TEST(data.part(10, 1).empty());
    const auto* const begin = data.bytes().data();
    data.remove_prefix(4);
    BOOST_TEST(text_of(data) == "456789");
    BOOST_TEST(data.bytes().data() == begin + 4);
    BOOST_TEST(text_of(data.part(1, 2)) == "56");
    data.remove_prefix(6);
    BOOST_TEST(data.empty());
}

BOOST_AUTO_TEST_CASE(the_lease_ends_with_the_last_copy) {
    const auto pool = block_pool::create(four_blocks);
    {
        auto data = filled(*pool, "shared");
        auto copy = data;
        auto piece = data.part(1, 2);
        BOOST_TEST(pool->blocks_in_use() == 1u);
        data = {};
        copy = {};
        BOOST_TEST(pool->blocks_in_use() == 1u);
        BOOST_TEST(text_of(piece) == "ha");
    }
    BOOST_TEST(pool->blocks_in_use() == 0u);
}

BOOST_AUTO_TEST_CASE(a_block_may_outlive_its_last_handle_on_the_pool) {
    auto pool = block_pool::create(four_blocks);
    auto data = filled(*pool, "alone");
    pool.reset();
    BOOST_TEST(text_of(data) == "alone");
}

BOOST_AUTO_TEST_SUITE_END()
