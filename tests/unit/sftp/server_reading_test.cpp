// Files being read: a sliding window over pipelined READs, and what jumping about costs.
#include "tests/unit/sftp/sftp_lab.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(server_reading)

using boxgate::sftp::fx;
using boxgate::sftp::max_read_length;
using boxgate::sftp::packet;
using boxgate::storage::block;
using boxgate::storage::errc;
using boxgate::testing::sftp_lab;
using boxgate::testing::sftp_packet;
using boxgate::testing::verb;

namespace {

constexpr std::size_t file_size = 3'000'001;

struct fixture : sftp_lab {
    fixture() {
        tree->add_file("/f", std::uint64_t{file_size});
        content = tree->bytes("/f");
        tree->add_file("/empty", std::string());
        greet();
    }
    std::string content;
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(pipelined_reads_come_back_whole_and_in_order, fixture) {
    for (const std::uint32_t step : {32768u, 261'120u, 1000u * 77, 262'144u * 2}) {
        const auto file = open("/f", 1);
        const auto length = std::min(step, max_read_length);
        std::vector<std::uint32_t> ids;
        order.clear();
        for (std::size_t at = 0; at < file_size; at += length) {
            ids.push_back(next_id());
            send(make_read(ids.back(), file, at, step));
        }
        std::string got;
        for (const auto id : ids) got += reply(id).string();
        BOOST_TEST((got == content));
        BOOST_TEST((order == ids));
        BOOST_TEST((read(file, file_size, 10).code() == fx::eof));
        BOOST_TEST((close(file).code() == fx::ok));
    }
    BOOST_TEST(blocks->blocks_in_use() == 0u);
    BOOST_TEST(tree->open_sources == 0);
}

BOOST_FIXTURE_TEST_CASE(reading_on_asks_the_storage_once_per_block, fixture) {
    const auto file = open("/f", 1);
    for (std::size_t at = 0; at < 8 * block::capacity; at += 32768) read(file, at, 32768);
    BOOST_TEST(tree->faults.calls(verb::read) == 8u);
}

BOOST_FIXTURE_TEST_CASE(what_is_given_is_checked_and_nothing_else, fixture) {
    const auto file = open("/f", 1);
    // Two replies of the first block, one that lies across two blocks, and one after the file has rested.
    for (const auto at : {0u, 100'000u, 200'000u}) read(file, at, 100'000);
    server->trim();
    server->trim();
    BOOST_TEST((read(file, 300'000, 100'000).string() == content.substr(300'000, 100'000)));
    BOOST_TEST(tree->checked == 400'000u);
    tree->damaged = true;
    const auto refused = read(file, 400'000, 100'000);
    BOOST_TEST((refused.code() == fx::failure));
    BOOST_TEST(refused.message() == "the content is damaged");
}

BOOST_FIXTURE_TEST_CASE(jumping_about_costs_one_block_a_jump_and_never_a_new_start, fixture) {
    const auto file = open("/f", 1);
    const std::size_t jumps[] = {2'900'000, 0, 1'500'000, 100, 2'999'000, 700'000, 1'000'000};
    for (const auto at : jumps) {
        const auto got = read(file, at, 1000).string();
        BOOST_TEST((got == content.substr(at, 1000)));
    }
    BOOST_TEST(tree->faults.calls(verb::read) <= std::size(jumps));
    // Within what is at hand nothing is asked for, backwards neither.
    const auto before = tree->faults.calls(verb::read);
    for (const std::size_t at : {1'001'000, 1'050'000, 1'000'500, 1'000'000}) {
        BOOST_TEST((read(file, at, 1000).string() == content.substr(at, 1000)));
    }
    BOOST_TEST(tree->faults.calls(verb::read) == before);
}

BOOST_FIXTURE_TEST_CASE(the_end_of_the_file, fixture) {
    const auto file = open("/f", 1);
    BOOST_TEST((read(file, file_size - 10, 100).string() == content.substr(file_size - 10)));
    BOOST_TEST((read(file, file_size + 10, 100).code() == fx::eof));
    BOOST_TEST((read(file, UINT64_MAX, 100).code() == fx::eof));
    BOOST_TEST(read(file, 0, 0).string() == "");
    const auto empty = open("/empty", 1);
    BOOST_TEST((read(empty, 0, 100).code() == fx::eof));
    const auto asked = sftp_packet(packet::fstat).u32(6).text(file);
    BOOST_TEST(ask(6, asked).size() == file_size);
}

BOOST_FIXTURE_TEST_CASE(what_cannot_be_opened_or_read_says_why, fixture) {
    BOOST_TEST((try_open("/none", 1).code() == fx::no_such_file));
    BOOST_TEST((try_open("/", 1).code() == fx::failure));
    const auto file = open("/f", 1);
    tree->faults.fail_next(verb::read, {errc::changed, "the file has changed"});
    BOOST_TEST(read(file, 0, 10).message() == "the file has changed");
    BOOST_TEST((read(file, 0, 10).string() == content.substr(0, 10)));
    BOOST_TEST((write(file, 0, "x").code() == fx::failure));
}

BOOST_FIXTURE_TEST_CASE(a_file_being_written_is_not_read_by_its_session, fixture) {
    const auto file = open("/f", 0x1a);
    BOOST_TEST((try_open("/f", 1).code() == fx::failure));
    close(file);
    BOOST_TEST((try_open("/f", 1).type == packet::handle));
}

BOOST_FIXTURE_TEST_CASE(open_files_that_rest_keep_few_blocks, fixture) {
    std::vector<std::string> files;
    for (int i = 0; i < 30; ++i) {
        files.push_back(open("/f", 1));
        read(files.back(), 0, 1000);
    }
    settle();
    BOOST_TEST(blocks->blocks_in_use() <= 8u);
    server->trim();  // what was touched since the last time is kept once
    server->trim();
    BOOST_TEST(blocks->blocks_in_use() == 0u);
    BOOST_TEST((read(files[0], 0, 5).string() == content.substr(0, 5)));
}

BOOST_AUTO_TEST_SUITE_END()
