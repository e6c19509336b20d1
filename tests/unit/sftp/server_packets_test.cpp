// The conversation itself: greeting, what is not understood, and every request cut short.
#include "tests/unit/sftp/sftp_lab.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(server_packets)

using boxgate::sftp::find_row;
using boxgate::sftp::fx;
using boxgate::sftp::packet;
using boxgate::sftp::request_table;
using boxgate::testing::sftp_lab;
using boxgate::testing::sftp_packet;

BOOST_AUTO_TEST_CASE(version_names_what_works_and_nothing_else) {
    sftp_lab lab;
    const auto hello = lab.greet();
    BOOST_TEST((hello.type == packet::version));
    boxgate::sftp::reader from(std::as_bytes(std::span(hello.body)));
    std::map<std::string, std::string> named;
    while (from.left() > 0 && from.ok()) {
        const std::string name(from.string());
        named[name] = from.string();
    }
    BOOST_TEST(from.ok());
    const std::map<std::string, std::string> expected{{"posix-rename@openssh.com", "1"},
                                                      {"statvfs@openssh.com", "2"},
                                                      {"fstatvfs@openssh.com", "2"},
                                                      {"limits@openssh.com", "1"},
                                                      {"lsetstat@openssh.com", "1"},
                                                      {"home-directory", "1"},
                                                      {"copy-data", "1"},
                                                      {"expand-path@openssh.com", "1"},
                                                      {"check-file", "1"}};
    BOOST_TEST((named == expected));
}

BOOST_AUTO_TEST_CASE(a_higher_version_and_extensions_of_the_client_are_no_obstacle) {
    sftp_lab lab;
    const auto hello = lab.ask(3, sftp_packet(packet::init).u32(6).text("newline").text("\r\n"));
    BOOST_TEST((hello.type == packet::version));
}

BOOST_AUTO_TEST_CASE(whatever_comes_before_init_ends_it) {
    for (const auto& first :
         {sftp_packet(packet::stat).u32(1).text("/"), sftp_packet(packet::init).raw("abc"),
          sftp_packet(packet::write).u32(1).text("abcd").u64(0).text("xyz"), sftp_packet(std::uint8_t{77})}) {
        sftp_lab lab;
        lab.send(first);
        BOOST_TEST(!lab.server->fault().empty());
        BOOST_TEST(lab.server->ended());
    }
}

BOOST_AUTO_TEST_CASE(a_second_init_is_a_request_without_sense) {
    sftp_lab lab;
    lab.greet();
    BOOST_TEST((lab.ask(3, sftp_packet(packet::init).u32(3)).code() == fx::op_unsupported));
}

BOOST_AUTO_TEST_CASE(unknown_requests_are_told_so) {
    sftp_lab lab;
    lab.greet();
    for (const int type : {0, 2, 21, 22, 99, 101, 105, 201, 255}) {
        BOOST_TEST(
            (lab.ask(9, sftp_packet(static_cast<std::uint8_t>(type)).u32(9).text("/a")).code() == fx::op_unsupported),
            type);
    }
    for (const auto* name : {"", "fsync@openssh.com", "hardlink@openssh.com", "nonsense"}) {
        BOOST_TEST((lab.ask(9, sftp_packet(packet::extended).u32(9).text(name)).code() == fx::op_unsupported), name);
    }
}

BOOST_AUTO_TEST_CASE(every_request_cut_short_is_a_bad_message_and_the_next_is_served) {
    sftp_lab lab;
    lab.greet();
    for (const auto& row : request_table) {
        if (row.fields.empty()) continue;
        sftp_packet cut(row.type);
        cut.u32(5);
        if (row.type == packet::extended) cut.text(row.extension);
        cut.raw(std::string("\0\0\0", 3));  // a length without its end
        BOOST_TEST((lab.ask(5, cut).code() == fx::bad_message), row.extension << " " << int(row.type));
    }
    BOOST_TEST((lab.ask(5, sftp_packet(packet::extended).u32(5)).code() == fx::bad_message));
    BOOST_TEST((lab.ask(0, sftp_packet(packet::stat).raw("ab")).code() == fx::bad_message));
    BOOST_TEST((lab.path_request(packet::stat, "/").type == packet::attrs));
}

BOOST_AUTO_TEST_CASE(handles_that_are_not_open_are_refused_by_every_request) {
    sftp_lab lab;
    lab.greet();
    for (const auto& row : request_table) {
        if (row.fields.find('h') == std::string_view::npos) continue;
        for (const auto& handle : {std::string("\0\0\0\x09", 4), std::string("abc"), std::string()}) {
            sftp_packet made(row.type);
            made.u32(5);
            if (row.type == packet::extended) made.text(row.extension);
            for (const char field : row.fields) {
                if (field == 'h' || field == 'g') made.text(handle);
                if (field == 's') made.text("sha1");
                if (field == 'o' || field == 'O' || field == 'l') made.u64(0);
                if (field == 'n' || field == 'a') made.u32(0);
            }
            BOOST_TEST((lab.ask(5, made).code() == fx::failure), row.extension << " " << int(row.type));
        }
    }
    BOOST_TEST((lab.write("\x09\x09\x09\x09", 0, "bytes").code() == fx::failure));
    BOOST_TEST((lab.write("none", 0, "").code() == fx::failure));
}

BOOST_AUTO_TEST_CASE(lost_framing_is_a_fault_and_what_was_answered_still_goes_out) {
    sftp_lab lab;
    lab.greet();
    lab.send(sftp_packet(packet::realpath).u32(1).text("/").bytes() + std::string("\xff\xff\xff\xff\0", 5));
    BOOST_TEST((lab.reply(1).type == packet::name));
    BOOST_TEST(lab.server->fault() == "an SFTP packet over the limit of 256 KiB");
    BOOST_TEST(lab.server->ended());
}

BOOST_AUTO_TEST_CASE(after_the_end_of_input_all_is_still_answered) {
    sftp_lab lab;
    lab.greet();
    const auto file = lab.open("/f", 0x1a);
    lab.send(lab.make_write(1, file, 0, "bytes"));
    lab.tree->faults.hold(boxgate::testing::verb::commit);
    lab.send(sftp_packet(packet::close).u32(2).text(file));
    lab.server->end_of_input();
    lab.settle();
    BOOST_TEST(!lab.server->ended());
    BOOST_TEST(lab.server->busy());
    lab.tree->faults.release(boxgate::testing::verb::commit);
    BOOST_TEST((lab.reply(2).code() == fx::ok));
    lab.until([&] { return lab.server->ended(); });
    BOOST_TEST(lab.tree->bytes("/f") == "bytes");
}

BOOST_AUTO_TEST_SUITE_END()
