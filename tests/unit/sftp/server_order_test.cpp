// In which order requests take effect, and which run side by side.
#include "tests/unit/sftp/sftp_lab.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(server_order)

using boxgate::sftp::fx;
using boxgate::sftp::packet;
using boxgate::testing::sftp_lab;
using boxgate::testing::sftp_packet;
using boxgate::testing::verb;

namespace {

struct fixture : sftp_lab {
    fixture() {
        tree->add_file("/a", std::string("a"));
        tree->add_file("/b", std::string("b"));
        greet();
    }
    void send_stat(std::uint32_t id, std::string_view path) { send(sftp_packet(packet::stat).u32(id).text(path)); }
    void send_rename(std::uint32_t id, std::string_view from, std::string_view to) {
        send(sftp_packet(packet::rename).u32(id).text(from).text(to));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(looks_run_side_by_side_and_a_change_waits_for_them, fixture) {
    tree->faults.hold(verb::stat);
    send_stat(1, "/a");
    send_stat(2, "/b");
    send_rename(3, "/a", "/c");
    send_stat(4, "/c");
    settle();
    BOOST_TEST(tree->faults.held(verb::stat) == 2u);
    BOOST_TEST(tree->faults.calls(verb::rename) == 0u);
    tree->faults.release(verb::stat);
    BOOST_TEST((reply(3).code() == fx::ok));
    BOOST_TEST(reply(1).size() == 1u);
    BOOST_TEST(reply(4).size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_look_behind_a_change_sees_it, fixture) {
    tree->faults.hold(verb::rename);
    send_rename(1, "/a", "/c");
    send_stat(2, "/a");
    send_stat(3, "/c");
    settle();
    BOOST_TEST(tree->faults.calls(verb::stat) == 0u);
    tree->faults.release(verb::rename);
    BOOST_TEST((reply(2).code() == fx::no_such_file));
    BOOST_TEST(reply(3).size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(what_touches_a_file_that_is_being_committed_waits_for_it, fixture) {
    const auto file = open("/new", 0x1a);
    write(file, 0, "bytes");
    tree->faults.hold(verb::commit);
    send(sftp_packet(packet::close).u32(1).text(file));
    send_stat(2, "/b");  // another file's business
    send_stat(3, "/new");
    send_rename(4, "/new", "/renamed");
    BOOST_TEST(reply(2).size() == 1u);
    settle();
    BOOST_TEST(!has_reply(3));
    BOOST_TEST(!has_reply(4));
    tree->faults.release(verb::commit);
    BOOST_TEST((reply(1).code() == fx::ok));
    BOOST_TEST(reply(3).size() == 5u);
    BOOST_TEST((reply(4).code() == fx::ok));
    BOOST_TEST(tree->bytes("/renamed") == "bytes");
}

BOOST_FIXTURE_TEST_CASE(removing_a_directory_waits_for_what_is_committed_inside, fixture) {
    tree->add_directory("/d");
    const auto file = open("/d/f", 0x1a);
    write(file, 0, "x");
    tree->faults.hold(verb::commit);
    send(sftp_packet(packet::close).u32(1).text(file));
    send(sftp_packet(packet::rmdir).u32(2).text("/d"));
    settle();
    BOOST_TEST(tree->faults.calls(verb::remove_directory) == 0u);
    tree->faults.release(verb::commit);
    BOOST_TEST((reply(2).code() == fx::failure));  // not empty
}

BOOST_FIXTURE_TEST_CASE(files_run_side_by_side, fixture) {
    const auto slow = open("/a", 1);
    const auto file = open("/new", 0x1a);
    tree->faults.hold(verb::read);
    send(make_read(1, slow, 0, 10));
    settle();
    BOOST_TEST(!has_reply(1));
    BOOST_TEST((write(file, 0, "x").code() == fx::ok));
    BOOST_TEST((close(file).code() == fx::ok));
    tree->faults.release(verb::read);
    BOOST_TEST(reply(1).string() == "a");
}

BOOST_FIXTURE_TEST_CASE(a_close_waits_for_the_reads_before_it_and_none_come_after, fixture) {
    const auto file = open("/a", 1);
    tree->faults.hold(verb::read);
    send(make_read(1, file, 0, 10));
    send(sftp_packet(packet::close).u32(2).text(file));
    send(make_read(3, file, 0, 10));
    BOOST_TEST((reply(3).code() == fx::failure));
    BOOST_TEST(!has_reply(2));
    tree->faults.release(verb::read);
    BOOST_TEST((reply(2).code() == fx::ok));
    BOOST_TEST(reply(1).string() == "a");
}

BOOST_AUTO_TEST_SUITE_END()
