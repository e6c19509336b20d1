// copy-data and check-file.
#include "tests/unit/sftp/sftp_lab.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(server_copying)

using boxgate::sftp::fx;
using boxgate::sftp::packet;
using boxgate::storage::errc;
using boxgate::testing::sftp_lab;
using boxgate::testing::sftp_packet;
using boxgate::testing::verb;

namespace {

constexpr std::uint32_t storing = 0x1a;
constexpr std::size_t file_size = 1'000'003;

struct fixture : sftp_lab {
    fixture() {
        tree->add_file("/from", std::uint64_t{file_size});
        tree->add_file("/there", std::string("already"));
        content = tree->bytes("/from");
        greet();
    }
    boxgate::testing::sftp_reply copy(const std::string& from, const std::string& to, std::uint64_t offset = 0,
                                      std::uint64_t length = 0, std::uint64_t target = 0) {
        return ask(5, sftp_packet(packet::extended)
                          .u32(5)
                          .text("copy-data")
                          .text(from)
                          .u64(offset)
                          .u64(length)
                          .text(to)
                          .u64(target));
    }
    boxgate::testing::sftp_reply check(std::string_view name, const std::string& what, std::string_view algorithms,
                                       std::uint64_t length = 0) {
        return ask(
            5, sftp_packet(packet::extended).u32(5).text(name).text(what).text(algorithms).u64(0).u64(length).u32(0));
    }
    std::string content;
};

std::string hex(std::string_view bytes) {
    std::string text;
    for (const auto each : bytes) {
        constexpr char digits[] = "0123456789abcdef";
        text += digits[static_cast<unsigned char>(each) >> 4];
        text += digits[static_cast<unsigned char>(each) & 15];
    }
    return text;
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_new_file_is_copied_by_the_storage_alone, fixture) {
    const auto from = open("/from", 1);
    const auto to = open("/to", storing);
    BOOST_TEST((copy(from, to).code() == fx::ok));
    BOOST_TEST((tree->bytes("/to") == content));
    BOOST_TEST((close(to).code() == fx::ok));
    BOOST_TEST((close(from).code() == fx::ok));
    BOOST_TEST(tree->faults.calls(verb::copy) == 1u);
    BOOST_TEST(tree->faults.calls(verb::read) == 0u);
    BOOST_TEST(tree->versions("/to") == 1u);
    BOOST_TEST(tree->open_sinks == 0);
}

BOOST_FIXTURE_TEST_CASE(onto_a_file_it_becomes_its_next_version, fixture) {
    const auto from = open("/from", 1);
    const auto to = open("/there", storing);
    BOOST_TEST((copy(from, to, 0, file_size).code() == fx::ok));
    BOOST_TEST((tree->bytes("/there") == content));
    BOOST_TEST((close(to).code() == fx::ok));
    BOOST_TEST(tree->versions("/there") == 2u);
    BOOST_TEST(blocks->blocks_in_use() == 0u);
}

BOOST_FIXTURE_TEST_CASE(parts_and_files_with_content_are_refused_and_nothing_is_lost, fixture) {
    const auto from = open("/from", 1);
    const auto to = open("/to", storing);
    BOOST_TEST((copy(from, to, 1).code() == fx::op_unsupported));
    BOOST_TEST((copy(from, to, 0, 10).code() == fx::op_unsupported));
    BOOST_TEST((copy(from, to, 0, 0, 10).code() == fx::op_unsupported));
    BOOST_TEST((copy(to, to).code() == fx::failure));
    BOOST_TEST((copy(from, from).code() == fx::failure));
    write(to, 0, "own");
    BOOST_TEST((copy(from, to).code() == fx::op_unsupported));
    BOOST_TEST((close(to).code() == fx::ok));
    BOOST_TEST(tree->bytes("/to") == "own");
}

BOOST_FIXTURE_TEST_CASE(writing_into_a_copy_fails, fixture) {
    const auto from = open("/from", 1);
    const auto to = open("/to", storing);
    BOOST_TEST((copy(from, to).code() == fx::ok));
    BOOST_TEST((write(to, 0, "more").code() == fx::op_unsupported));
    BOOST_TEST((copy(from, to).code() == fx::op_unsupported));
    BOOST_TEST((close(to).code() == fx::op_unsupported));
    BOOST_TEST((tree->bytes("/to") == content));
}

BOOST_FIXTURE_TEST_CASE(a_copy_that_fails_says_why_at_once, fixture) {
    const auto from = open("/from", 1);
    const auto to = open("/to", storing);
    tree->faults.fail_next(verb::copy, {errc::quota, "the Box account is full"});
    BOOST_TEST(copy(from, to).message() == "the Box account is full");
    BOOST_TEST(close(to).message() == "the Box account is full");
    BOOST_TEST(!tree->exists("/to"));
    const auto there = open("/there", storing);
    tree->faults.fail_next(verb::read, {errc::unavailable, "Box is away"});
    BOOST_TEST(copy(from, there).message() == "Box is away");
    close(there);
    BOOST_TEST(tree->bytes("/there") == "already");
    BOOST_TEST(blocks->blocks_in_use() == 0u);
}

BOOST_FIXTURE_TEST_CASE(what_changed_since_it_was_opened_is_not_copied_over_a_file, fixture) {
    const auto from = open("/from", 1);
    const auto new_from = open("/from", storing);
    write(new_from, 0, "changed");
    close(new_from);
    const auto to = open("/there", storing);
    BOOST_TEST((copy(from, to).code() == fx::failure));
    BOOST_TEST(tree->bytes("/there") == "already");
}

BOOST_FIXTURE_TEST_CASE(hashes_come_from_what_box_knows, fixture) {
    const auto handle = open("/from", 1);
    for (const auto& [name, what] : {std::pair<std::string, std::string>("check-file", handle),
                                     std::pair<std::string, std::string>("check-file-handle", handle),
                                     std::pair<std::string, std::string>("check-file-name", "/from")}) {
        const auto answer = check(name, what, "md5,sha1");
        BOOST_TEST((answer.type == packet::extended_reply));
        boxgate::sftp::reader from(std::as_bytes(std::span(answer.body)));
        BOOST_TEST(from.string() == "check-file");
        BOOST_TEST(from.string() == "sha1");
        BOOST_TEST(hex(answer.body.substr(answer.body.size() - from.left())) == tree->find("/from").sha1);
    }
    BOOST_TEST((check("check-file", handle, "md5").code() == fx::op_unsupported));
    BOOST_TEST((check("check-file", handle, "sha1", 10).code() == fx::op_unsupported));
    BOOST_TEST((check("check-file-name", "/none", "sha1").code() == fx::no_such_file));
    BOOST_TEST((check("check-file-name", "/", "sha1").code() == fx::failure));
    BOOST_TEST(tree->faults.calls(verb::read) == 0u);
    const auto written = open("/new", storing);
    BOOST_TEST((check("check-file", written, "sha1").code() == fx::op_unsupported));
    BOOST_TEST((check("check-file-name", "/new", "sha1").code() == fx::op_unsupported));
}

BOOST_AUTO_TEST_SUITE_END()
