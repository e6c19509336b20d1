// What one session may hold: handles, requests, their bytes, replies, transfer memory. Behind each bound the client is
// no longer read, and goes on when there is room again.
#include "tests/unit/sftp/sftp_lab.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(server_limits)

using boxgate::sftp::fx;
using boxgate::sftp::options;
using boxgate::sftp::packet;
using boxgate::storage::block;
using boxgate::testing::sftp_lab;
using boxgate::testing::sftp_packet;
using boxgate::testing::verb;

BOOST_AUTO_TEST_CASE(handles_are_counted) {
    options limits;
    limits.max_handles = 3;
    sftp_lab lab(limits);
    lab.tree->add_file("/f", std::string("x"));
    lab.greet();
    std::vector<std::string> open{lab.open("/f", 1), lab.open("/new", 0x1a),
                                  lab.path_request(packet::opendir, "/").string()};
    for (const auto& refused :
         {lab.try_open("/f", 1), lab.try_open("/other", 0x1a), lab.path_request(packet::opendir, "/")}) {
        BOOST_TEST((refused.code() == fx::failure));
        BOOST_TEST(refused.message().find("3 files open") != std::string::npos);
    }
    lab.close(open[0]);
    BOOST_TEST((lab.try_open("/f", 1).type == packet::handle));
    const auto told = lab.ask(5, sftp_packet(packet::extended).u32(5).text("limits@openssh.com"));
    boxgate::sftp::reader from(std::as_bytes(std::span(told.body)));
    BOOST_TEST(from.u64() == 262'144u + 1024);
    BOOST_TEST(from.u64() == 261'120u);
    BOOST_TEST(from.u64() == 261'120u);
    BOOST_TEST(from.u64() == 3u);
}

BOOST_AUTO_TEST_CASE(handles_that_are_being_opened_count_too) {
    options limits;
    limits.max_handles = 3;
    sftp_lab lab(limits);
    lab.tree->add_file("/f", std::string("x"));
    lab.greet();
    for (std::uint32_t id = 0; id < 10; ++id) lab.send(sftp_packet(packet::opendir).u32(id).text("/"));
    std::size_t opened = 0;
    for (std::uint32_t id = 0; id < 10; ++id) opened += lab.reply(id).type == packet::handle;
    BOOST_TEST(opened == 3u);
}

BOOST_AUTO_TEST_CASE(requests_wait_outside_when_there_are_many) {
    options limits;
    limits.max_requests = 20;
    sftp_lab lab(limits);
    lab.greet();
    lab.tree->faults.hold(verb::stat);
    const auto one = sftp_packet(packet::stat).u32(1).text("/").bytes();
    for (std::uint32_t id = 0; id < 100; ++id) lab.send(sftp_packet(packet::stat).u32(id).text("/"));
    lab.settle();
    BOOST_TEST(lab.unsent() == 80 * one.size());
    lab.tree->faults.release(verb::stat);
    for (std::uint32_t id = 0; id < 100; ++id) BOOST_TEST((lab.reply(id).type == packet::attrs));
    BOOST_TEST(lab.unsent() == 0u);
}

BOOST_AUTO_TEST_CASE(their_bytes_are_bounded_as_well) {
    options limits;
    limits.max_request_bytes = 64 * 1024;
    sftp_lab lab(limits);
    lab.greet();
    lab.tree->faults.hold(verb::stat);
    const auto long_path = "/" + std::string(4000, 'x');
    const auto one = sftp_packet(packet::stat).u32(1).text(long_path).bytes();
    for (std::uint32_t id = 0; id < 100; ++id) lab.send(sftp_packet(packet::stat).u32(id).text(long_path));
    lab.settle();
    const auto taken = 100 - lab.unsent() / one.size();
    BOOST_TEST(taken <= 17u);
    BOOST_TEST(taken >= 10u);
    lab.tree->faults.release(verb::stat);
    for (std::uint32_t id = 0; id < 100; ++id) BOOST_TEST((lab.reply(id).code() == fx::no_such_file));
}

BOOST_AUTO_TEST_CASE(a_client_that_takes_no_replies_is_not_served_on) {
    options limits;
    limits.max_output = 100'000;
    sftp_lab lab(limits);
    lab.tree->add_file("/f", std::uint64_t{50'000'000});
    lab.greet();
    const auto file = lab.open("/f", 1);
    lab.deaf = true;
    for (std::uint32_t id = 0; id < 300; ++id) lab.send(lab.make_read(id, file, id * 100'000, 100'000));
    for (std::uint32_t id = 300; id < 20'000; ++id) lab.send(sftp_packet(packet::realpath).u32(id).text("/"));
    lab.settle();
    BOOST_TEST(lab.unsent() > 0u);
    BOOST_TEST(lab.server->next_output().size() < 800'000u);
    BOOST_TEST(lab.tree->faults.calls(verb::read) < 10u);
    lab.deaf = false;
    for (std::uint32_t id = 0; id < 20'000; ++id) BOOST_TEST((lab.reply(id).type != packet::status));
}

BOOST_AUTO_TEST_CASE(writes_wait_for_the_storage_and_hold_no_more_than_their_share) {
    options limits;
    limits.max_blocks = 6;
    sftp_lab lab(limits);
    lab.greet();
    std::vector<std::string> files;
    for (int i = 0; i < 4; ++i) files.push_back(lab.open("/f" + std::to_string(i), 0x1a));
    lab.tree->faults.hold(verb::write);
    const std::string piece(block::capacity / 2, 'x');
    std::uint32_t id = 0;
    for (std::size_t at = 0; at < 8; ++at) {
        for (const auto& file : files) lab.send(lab.make_write(id++, file, at * piece.size(), piece));
    }
    lab.settle();
    BOOST_TEST(lab.unsent() > 0u);
    BOOST_TEST(lab.blocks->blocks_in_use() <= 7u);
    lab.tree->faults.release(verb::write);
    for (std::uint32_t each = 0; each < id; ++each) BOOST_TEST((lab.reply(each).code() == fx::ok));
    for (const auto& file : files) BOOST_TEST((lab.close(file).code() == fx::ok));
    for (int i = 0; i < 4; ++i) BOOST_TEST(lab.tree->find("/f" + std::to_string(i)).size == 8 * piece.size());
    BOOST_TEST(lab.blocks->blocks_in_use() == 0u);
}

BOOST_AUTO_TEST_CASE(without_memory_an_upload_waits_and_then_fails) {
    options limits;
    limits.memory_patience = std::chrono::milliseconds(50);
    sftp_lab lab(limits, 4);
    lab.greet();
    std::vector<block> others;
    while (auto taken = lab.blocks->try_acquire()) others.push_back(std::move(*taken));
    const auto file = lab.open("/f", 0x1a);
    lab.send(lab.make_write(1, file, 0, "bytes"));
    lab.settle();
    BOOST_TEST(!lab.has_reply(1));
    others.clear();  // in time
    BOOST_TEST((lab.reply(1).code() == fx::ok));
    BOOST_TEST((lab.close(file).code() == fx::ok));
    while (auto taken = lab.blocks->try_acquire()) others.push_back(std::move(*taken));
    const auto late = lab.open("/late", 0x1a);
    lab.send(lab.make_write(2, late, 0, "bytes"));
    const auto refused = lab.reply(2);
    BOOST_TEST((refused.code() == fx::failure));
    BOOST_TEST(refused.message().find("memory") != std::string::npos);
    BOOST_TEST(!lab.tree->exists("/late"));
}

BOOST_AUTO_TEST_SUITE_END()
