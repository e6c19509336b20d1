#include "protocol/ftp/control_channel.hpp"

#include "tests/unit/net/loopback.hpp"

#include <boost/test/unit_test.hpp>

namespace boxgate::testing {

namespace {

using ftp::reply;

struct channel_lab {
    void run(boost::asio::awaitable<void> work) { run_coro(line.context, std::move(work)); }
    void send(int code, const char* text) { run(channel.send(reply(code, text))); }
    std::string sent() {
        line.ours->close();
        boost::system::error_code end;
        return line.receive_all(end);
    }

    loopback line;
    ftp::control_channel channel{*line.ours, std::chrono::seconds(5)};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(control_channel)

BOOST_AUTO_TEST_CASE(a_reply_is_a_code_and_a_line) {
    channel_lab one;
    one.send(226, "done");
    BOOST_TEST(one.sent() == "226 done\r\n");
}

BOOST_AUTO_TEST_CASE(a_reply_of_several_lines_ends_with_its_code) {
    channel_lab one;
    std::vector<std::string> lines{"AUTH TLS", "226 not the end"};
    one.run(one.channel.send_lines(211, "Features:", std::move(lines), "End"));
    BOOST_TEST(one.sent() == "211-Features:\r\n AUTH TLS\r\n 226 not the end\r\n211 End\r\n");
}

BOOST_AUTO_TEST_CASE(other_replies_wait_for_the_end_of_a_long_one) {
    channel_lab one;
    one.run(one.channel.begin_long_reply(reply(226, "Box is taking the file in")));
    one.send(200, "an answer to NOOP");
    one.run(one.channel.begin_long_reply(reply(226, "Box is taking the file in")));
    BOOST_TEST(one.channel.in_long_reply());
    one.run(one.channel.finish_long_reply(reply(226, "stored")));
    BOOST_TEST(!one.channel.in_long_reply());
    one.send(221, "bye");
    BOOST_TEST(one.sent() ==
               "226-Box is taking the file in\r\n226-Box is taking the file in\r\n226 stored\r\n"
               "200 an answer to NOOP\r\n221 bye\r\n");
}

BOOST_AUTO_TEST_CASE(a_long_reply_may_end_with_another_code) {
    channel_lab one;
    one.run(one.channel.begin_long_reply(reply(226, "wait")));
    one.run(one.channel.finish_long_reply(reply(451, "Box did not take it")));
    BOOST_TEST(one.sent() == "226-wait\r\n451 Box did not take it\r\n");
}

BOOST_AUTO_TEST_CASE(replies_are_written_in_the_client_s_charset) {
    channel_lab one;
    one.channel.set_charset(ftp::charset::find("CP1252"));
    one.send(257, "\"/größe\"");
    BOOST_TEST(one.sent() ==
               "257 \"/gr\xf6\xdf"
               "e\"\r\n");
}

BOOST_AUTO_TEST_CASE(who_asks_and_never_reads_is_cut_off) {
    channel_lab one;
    one.run(one.channel.begin_long_reply(reply(226, "wait")));
    const std::string text(1000, 'x');
    for (int i = 0; i < 300; ++i) one.send(200, text.c_str());
    BOOST_TEST(one.line.ours->peer_gone());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
