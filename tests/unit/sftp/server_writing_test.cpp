// Files being written: any order, holes, sizes, what others see meanwhile.
#include "tests/unit/sftp/sftp_lab.hpp"

#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <numeric>
#include <random>

BOOST_AUTO_TEST_SUITE(server_writing)

using boxgate::sftp::fx;
using boxgate::sftp::packet;
using boxgate::storage::block;
using boxgate::storage::errc;
using boxgate::testing::sftp_lab;
using boxgate::testing::sftp_packet;
using boxgate::testing::verb;

namespace {

constexpr std::uint32_t reading = 0x01;
constexpr std::uint32_t writing = 0x02;
constexpr std::uint32_t append = 0x04;
constexpr std::uint32_t create = 0x08;
constexpr std::uint32_t truncate = 0x10;
constexpr std::uint32_t exclusive = 0x20;
constexpr std::uint32_t storing = writing | create | truncate;

struct fixture : sftp_lab {
    fixture() {
        tree->add_file("/old", std::string("the old file"));
        greet();
    }
    boxgate::testing::sftp_reply fsetstat(const std::string& handle, sftp_packet made) {
        return ask(5, sftp_packet(packet::fsetstat).u32(5).text(handle).raw(made.bytes().substr(5)));
    }
};

std::string noise(std::size_t size) {
    std::mt19937 source(42);
    std::string made(size, '\0');
    for (auto& each : made) each = static_cast<char>(source());
    return made;
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_file_is_there_at_close_and_not_before, fixture) {
    const auto file = open("/new", storing);
    BOOST_TEST((write(file, 0, "some ").code() == fx::ok));
    BOOST_TEST((write(file, 5, "bytes").code() == fx::ok));
    BOOST_TEST(!tree->exists("/new"));
    BOOST_TEST(path_request(packet::stat, "/new").size() == 10u);  // its own session sees it
    BOOST_TEST((close(file).code() == fx::ok));
    BOOST_TEST(tree->bytes("/new") == "some bytes");
    BOOST_TEST(path_request(packet::stat, "/new").size() == 10u);
    BOOST_TEST(server->open_handles() == 0u);
    BOOST_TEST(blocks->blocks_in_use() == 0u);
}

BOOST_FIXTURE_TEST_CASE(pieces_arrive_in_any_order, fixture) {
    const auto content = noise(2'500'000);
    constexpr std::size_t piece = 32768;
    std::vector<std::size_t> offsets((content.size() + piece - 1) / piece);
    std::iota(offsets.begin(), offsets.end(), 0);
    std::shuffle(offsets.begin(), offsets.end(), std::mt19937(7));
    const auto file = open("/new", storing);
    std::vector<std::uint32_t> ids;
    for (const auto index : offsets) {
        ids.push_back(next_id());
        send(make_write(ids.back(), file, index * piece, std::string_view(content).substr(index * piece, piece)));
    }
    for (const auto id : ids) BOOST_TEST((reply(id).code() == fx::ok));
    BOOST_TEST((close(file).code() == fx::ok));
    BOOST_TEST((tree->bytes("/new") == content));
    BOOST_TEST(blocks->blocks_in_use() == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_file_with_a_hole_is_refused, fixture) {
    const auto file = open("/old", storing);
    BOOST_TEST((write(file, 0, "start").code() == fx::ok));
    BOOST_TEST((write(file, 100, "end").code() == fx::ok));
    const auto refused = close(file);
    BOOST_TEST((refused.code() == fx::failure));
    BOOST_TEST(refused.message() != "");
    BOOST_TEST(tree->bytes("/old") == "the old file");
}

BOOST_FIXTURE_TEST_CASE(without_truncate_the_file_is_written_anew, fixture) {
    const auto file = open("/old", writing | create);
    BOOST_TEST((write(file, 0, "new").code() == fx::ok));
    BOOST_TEST((fsetstat(file, sftp_packet(0).u32(1).u64(3)).code() == fx::ok));  // scp does
    BOOST_TEST((close(file).code() == fx::ok));
    BOOST_TEST(tree->bytes("/old") == "new");
    BOOST_TEST(tree->versions("/old") == 2u);
}

BOOST_FIXTURE_TEST_CASE(opened_without_truncate_and_left_alone_it_stays, fixture) {
    BOOST_TEST((close(open("/old", writing | create)).code() == fx::ok));
    BOOST_TEST(tree->bytes("/old") == "the old file");
    BOOST_TEST(tree->versions("/old") == 1u);
    // With TRUNC, with a size of nothing, or where there was none, an empty file is meant.
    BOOST_TEST((close(open("/old", storing)).code() == fx::ok));
    BOOST_TEST(tree->bytes("/old") == "");
    BOOST_TEST((close(open("/fresh", writing | create)).code() == fx::ok));
    BOOST_TEST(tree->bytes("/fresh") == "");
}

BOOST_FIXTURE_TEST_CASE(exclusive_refuses_what_exists, fixture) {
    BOOST_TEST((try_open("/old", storing | exclusive).code() == fx::failure));
    const auto file = open("/new", writing | create | exclusive);
    BOOST_TEST((try_open("/new", writing | create | exclusive).code() == fx::failure));  // this session's own
    BOOST_TEST((close(file).code() == fx::ok));
    BOOST_TEST((try_open("/new", writing | create | exclusive).code() == fx::failure));
}

BOOST_FIXTURE_TEST_CASE(flags_that_need_parts_of_a_file, fixture) {
    BOOST_TEST((try_open("/old", writing | append).code() == fx::op_unsupported));
    BOOST_TEST((try_open("/old", writing | reading).code() == fx::op_unsupported));
    BOOST_TEST((try_open("/none", writing).code() == fx::no_such_file));
    BOOST_TEST((try_open("/none/f", writing | create).code() == fx::no_such_file));
    BOOST_TEST((try_open("/", storing).code() == fx::failure));
    // New or emptied files may be opened for both, as Go's Create() does.
    for (const auto* name : {"/old", "/new"}) {
        const auto file = open(name, reading | storing);
        BOOST_TEST((write(file, 0, "both").code() == fx::ok));
        BOOST_TEST(read(file, 0, 4).string() == "both");
        BOOST_TEST((close(file).code() == fx::ok));
        BOOST_TEST(tree->bytes(name) == "both");
    }
    const auto file = open("/appended", writing | append | create);
    BOOST_TEST((write(file, 0, "first").code() == fx::ok));
    BOOST_TEST((close(file).code() == fx::ok));
}

BOOST_FIXTURE_TEST_CASE(what_was_written_is_read_back_before_it_is_stored, fixture) {
    const auto content = noise(2 * block::capacity + 1000);
    const auto file = open("/new", reading | storing);
    BOOST_TEST((read(file, 0, 10).code() == fx::eof));
    for (std::size_t at = 0; at < content.size(); at += 100'000) {
        BOOST_TEST((write(file, at, std::string_view(content).substr(at, 100'000)).code() == fx::ok));
    }
    for (const std::size_t at : {std::size_t{0}, block::capacity - 10, content.size() - 10}) {
        const auto expected = content.substr(at, 1000);
        BOOST_TEST((read(file, at, 1000).string() == expected));
    }
    BOOST_TEST((read(file, content.size(), 10).code() == fx::eof));
    BOOST_TEST((write(file, 5, "other").code() == fx::ok));
    BOOST_TEST((read(file, 4, 7).string() == content.substr(4, 1) + "other" + content.substr(10, 1)));
    BOOST_TEST((write(file, content.size() + 100, "behind a hole").code() == fx::ok));
    BOOST_TEST((read(file, content.size() + 10, 5).code() == fx::op_unsupported));
    BOOST_TEST(read(file, content.size() + 100, 50).string() == "behind a hole");
    BOOST_TEST((write(file, content.size(), std::string(100, 'x')).code() == fx::ok));
    BOOST_TEST((close(file).code() == fx::ok));
    BOOST_TEST(tree->bytes("/new").substr(4, 7) == content.substr(4, 1) + "other" + content.substr(10, 1));
    BOOST_TEST(blocks->blocks_in_use() == 0u);
    // Who did not open it for reading does not read.
    const auto written = open("/new", storing);
    BOOST_TEST((write(written, 0, "x").code() == fx::ok));
    BOOST_TEST((read(written, 0, 1).code() == fx::op_unsupported));
}

BOOST_FIXTURE_TEST_CASE(a_size_announced_at_open_binds, fixture) {
    const auto file = try_open("/new", storing, 10).string();
    BOOST_TEST((write(file, 0, "too short").code() == fx::ok));
    BOOST_TEST((close(file).code() == fx::failure));
    BOOST_TEST(!tree->exists("/new"));
    const auto unknown = try_open("/new", storing, 0).string();  // nothing announced
    BOOST_TEST((write(unknown, 0, "bytes").code() == fx::ok));
    BOOST_TEST((close(unknown).code() == fx::ok));
}

BOOST_FIXTURE_TEST_CASE(a_failure_is_told_at_the_next_write_and_at_close, fixture) {
    const auto file = open("/old", storing);
    tree->faults.fail_next(verb::write, {errc::quota, "the Box account is full"});
    BOOST_TEST((write(file, 0, std::string(block::capacity / 2, 'x')).code() == fx::ok));
    BOOST_TEST((write(file, block::capacity / 2, std::string(block::capacity / 2, 'x')).code() == fx::ok));
    BOOST_TEST((write(file, block::capacity, "one more").code() == fx::ok));  // sends the first block off
    settle();
    const auto refused = write(file, 1, "x");
    BOOST_TEST((refused.code() == fx::failure));
    BOOST_TEST(refused.message() == "the Box account is full");
    BOOST_TEST(close(file).message() == "the Box account is full");
    BOOST_TEST(tree->bytes("/old") == "the old file");
    BOOST_TEST(blocks->blocks_in_use() == 0u);
    BOOST_TEST(tree->open_sinks == 0);
}

// As in the server, packets come from inside the context: what does not wait is over before feed() returns.
BOOST_FIXTURE_TEST_CASE(a_failure_that_does_not_wait_is_told_as_well, fixture) {
    const auto file = open("/old", storing);
    tree->faults.fail_next(verb::write, {errc::too_large, "it does not fit"});
    const std::string half(block::capacity / 2, 'x');
    std::vector<std::uint32_t> ids;
    std::string packets;
    for (int i = 0; i < 4; ++i) {
        ids.push_back(next_id());
        packets += make_write(ids.back(), file, i * half.size(), half).bytes();
    }
    boost::asio::post(context, [&] { send(packets); });
    const auto refused = reply(ids.back());
    BOOST_TEST(refused.message() == "it does not fit");
    BOOST_TEST(close(file).message() == "it does not fit");
    BOOST_TEST(tree->bytes("/old") == "the old file");
    BOOST_TEST(blocks->blocks_in_use() == 0u);
    BOOST_TEST(tree->open_sinks == 0);
}

BOOST_FIXTURE_TEST_CASE(a_look_that_fails_is_not_taken_for_no_file, fixture) {
    const auto file = open("/old", writing | create);
    tree->faults.fail_next(verb::stat, {errc::unavailable, "Box is away"});
    BOOST_TEST(close(file).message() == "Box is away");
    BOOST_TEST(tree->bytes("/old") == "the old file");
}

BOOST_FIXTURE_TEST_CASE(a_commit_that_fails_fails_the_close, fixture) {
    const auto file = open("/old", storing);
    write(file, 0, "bytes");
    tree->faults.fail_next(verb::commit, {errc::locked, "somebody has locked the file"});
    BOOST_TEST(close(file).message() == "somebody has locked the file");
    BOOST_TEST(tree->bytes("/old") == "the old file");
    BOOST_TEST(server->open_handles() == 0u);
}

BOOST_FIXTURE_TEST_CASE(offsets_beyond_any_file_are_refused, fixture) {
    const auto file = open("/new", storing);
    BOOST_TEST((write(file, UINT64_MAX - 1, "xyz").code() == fx::failure));
    BOOST_TEST((close(file).code() == fx::failure));
    BOOST_TEST(!tree->exists("/new"));
}

BOOST_FIXTURE_TEST_CASE(a_session_that_ends_stores_nothing, fixture) {
    const auto file = open("/old", storing);
    write(file, 0, "half of");
    server.reset();
    context.restart();
    context.poll();
    BOOST_TEST(tree->bytes("/old") == "the old file");
    BOOST_TEST(tree->open_sinks == 0);
    BOOST_TEST(blocks->blocks_in_use() == 0u);
}

BOOST_FIXTURE_TEST_CASE(times_are_refused_on_an_open_file_and_it_is_stored_all_the_same, fixture) {
    const auto file = open("/new", storing);
    write(file, 0, "bytes");
    BOOST_TEST((fsetstat(file, sftp_packet(0).u32(0xc).u32(0644).u32(1).u32(1)).code() == fx::op_unsupported));
    BOOST_TEST((fsetstat(file, sftp_packet(0).u32(1).u64(99)).code() == fx::op_unsupported));
    BOOST_TEST((close(file).code() == fx::ok));
    BOOST_TEST(tree->bytes("/new") == "bytes");
}

BOOST_AUTO_TEST_SUITE_END()
