// How FTP sessions behave over time and under load: long commits, clocks, limits, bans, names in old charsets, Telnet.
#include "tests/integration/ftp_client.hpp"
#include "tests/integration/gateway_lab.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/socket.h>

namespace boxgate::testing {

namespace {

gateway_lab& mannered_lab() {
    static gateway_lab one([] {
        gateway_lab_options options;
        options.ftp =
            "  commit_keepalive: 100ms\n"
            "  welcome: \"Scans go here.\\nNothing else.\"\n";
        return options;
    }());
    return one;
}

// A client that is logged in, or is about to.
struct entered : ftp_client {
    explicit entered(gateway_lab& where, bool log_in_too = true) : ftp_client(where.ftp_port()) {
        connect();
        if (log_in_too) log_in();
    }
    void begin_store(const std::string& path) {
        passive();
        send_line("STOR " + path);
        connect_data();
        reply("150");
    }
    std::string names(const std::string& command) {
        passive();
        send_line(command);
        connect_data();
        reply("150");
        auto text = read_data();
        finish_data();
        reply("226");
        return text;
    }
};

// The next upload takes Box half a second, and then fails if told so.
void slow_commit(bool fails) {
    box_simulator::fault slow;
    slow.match = "POST /files*content";
    slow.delay_ms = 500;
    if (fails) {
        slow.status = 403;
        slow.body = R"({"type":"error","status":403,"code":"access_denied_insufficient_permissions"})";
    }
    mannered_lab().box().trouble().add(slow);
}

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
    return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ftp_manners)

BOOST_AUTO_TEST_CASE(a_long_commit_is_never_silent_and_other_answers_wait_for_it) {
    slow_commit(false);
    entered client(mannered_lab());
    client.begin_store("/slow");
    client.send_data("content");
    client.finish_data();
    client.wait_for("226-");
    client.send_line("NOOP");
    const auto text = client.whole_reply("226 ");
    BOOST_TEST(count(text, "226-") >= 2u, text);
    BOOST_TEST(mannered_lab().stored("/slow").value_or("") == "content");
    client.reply("200");
}

BOOST_AUTO_TEST_CASE(a_commit_that_fails_after_such_lines_cannot_be_taken_for_success) {
    slow_commit(true);
    entered client(mannered_lab());
    client.begin_store("/failed");
    client.send_data("content");
    client.finish_data();
    const auto text = client.whole_reply("451 ");
    BOOST_TEST(text.starts_with("226-"), text);
    BOOST_TEST(!mannered_lab().stored("/failed").has_value());
    BOOST_CHECK_THROW(client.command("NOOP", "200"), boost::system::system_error);
}

BOOST_AUTO_TEST_CASE(commands_sent_ahead_are_answered_in_order) {
    entered client(mannered_lab());
    client.send_raw("NOOP\r\nPWD\r\nTYPE I\r\nBLAH\r\nMKD /ahead\r\nRMD /ahead\r\nNO");
    for (const auto* code : {"200", "257", "200", "500", "257", "250"}) client.reply(code);
    client.send_raw("OP\r\n");
    client.reply("200");
}

// RFC 959 section 4.1.3: Telnet IP, then Synch, of which one byte is urgent; clients differ in which one.
BOOST_AUTO_TEST_CASE(abor_behind_telnet_s_interrupt_and_synch_is_understood) {
    const std::vector<std::vector<std::pair<std::string, int>>> ways{
        {{"\xff\xf4", 0},
         {"\xff", MSG_OOB},
         {"\xf2"
          "ABOR\r\n",
          0}},
        {{"\xff\xf4\xff", 0}, {"\xf2", MSG_OOB}, {"ABOR\r\n", 0}},
        {{"\xff\xf4\xff\xf2"
          "ABOR\r\n",
          0}},
        {{"\xf2", MSG_OOB}, {"ABOR\r\n", 0}},
    };
    for (const auto& way : ways) {
        entered client(mannered_lab());
        client.begin_store("/aborted");
        client.send_data("content");
        for (const auto& [bytes, flags] : way) client.send_raw(bytes, flags);
        client.reply("426");
        client.reply("226");
        BOOST_TEST(!mannered_lab().stored("/aborted").has_value());
        client.command("NOOP", "200");
    }
}

BOOST_AUTO_TEST_CASE(the_welcome_is_shown_line_by_line) {
    ftp_client client(mannered_lab().ftp_port());
    client.open();
    const auto text = client.whole_reply("220 ");
    BOOST_TEST(says(text, "\r\n Scans go here.\r\n Nothing else.\r\n220 "), text);
}

BOOST_AUTO_TEST_CASE(the_idle_clock_stands_during_a_transfer_and_runs_after_it) {
    gateway_lab_options options;
    options.top = "limits: { idle_timeout: 1s }\n";
    gateway_lab own(options);
    own.seed("/file", std::string(100'000, 'x'));
    box_simulator::fault slow;
    slow.match = "GET /download";
    slow.delay_ms = 2000;
    own.box().trouble().add(slow);
    entered client(own);
    client.command("NOOP", "200");
    BOOST_TEST(client.names("RETR /file").size() == 100'000u);
    client.command("NOOP", "200");
    BOOST_TEST(says(client.reply("421"), "Nothing came for 1 s"));
}

BOOST_AUTO_TEST_CASE(who_does_not_log_in_is_told_why_it_ends) {
    gateway_lab_options options;
    options.top = "limits: { login_timeout: 1s }\n";
    gateway_lab own(options);
    entered client(own, false);
    client.command("USER ann", "331");
    client.reply("421");
}

BOOST_AUTO_TEST_CASE(sessions_are_limited_by_login_and_by_address_with_the_reason) {
    gateway_lab_options options;
    options.top = "limits: { max_sessions_per_login: 1, max_sessions_per_address: 2 }\n";
    gateway_lab own(options);
    entered first(own);
    {
        entered second(own, false);
        ftp_client third(own.ftp_port());
        third.open();
        BOOST_TEST(says(third.reply("421"), "address"));
        second.command("USER ann", "331");
        BOOST_TEST(says(second.command("PASS secret", "421"), "This login"));
    }
    first.command("NOOP", "200");
    first.command("QUIT", "221");
    BOOST_TEST(own.held_in_the_end() == "");
    entered again(own);
}

BOOST_AUTO_TEST_CASE(a_session_may_log_in_again_long_after_its_first_login) {
    gateway_lab_options options;
    options.top = "limits: { login_timeout: 1s }\n";
    gateway_lab own(options);
    own.seed("/file", "content");
    box_simulator::fault slow;
    slow.match = "GET /download";
    slow.delay_ms = 1500;
    own.box().trouble().add(slow);
    entered client(own);
    client.names("RETR /file");
    client.command("REIN", "220");
    client.log_in();
    client.command("PWD", "257");
}

BOOST_AUTO_TEST_CASE(one_address_for_all_is_told_to_the_operator_once) {
    gateway_lab own;
    std::vector<std::unique_ptr<entered>> all;
    for (int i = 0; i < 25; ++i) all.push_back(std::make_unique<entered>(own, false));
    BOOST_TEST(count(own.log_text(), "\"one_address_for_all\"") == 1u);
}

BOOST_AUTO_TEST_CASE(guessing_is_answered_alike_for_every_name_and_ends_in_a_ban) {
    gateway_lab_options options;
    options.top = "login_guard: { ban_after: 2, never_ban: [] }\n";
    gateway_lab own(options);
    std::string answers[2];
    for (const std::string login : {"ann", "nobody"}) {
        entered client(own, false);
        for (int i = 0; i < 2; ++i) {
            client.command("USER " + login, "331");
            answers[i] = client.command("PASS wrong", "530");
        }
        BOOST_TEST(answers[0] == answers[1]);
        client.command("USER " + login, "331");
        BOOST_TEST(client.command("PASS secret", "530") == answers[0],
                   "the right password is refused like a wrong one");
    }
    BOOST_TEST(count(own.log_text(), "\"login_banned\"") == 2u);
}

BOOST_AUTO_TEST_CASE(what_box_refuses_is_no_guess) {
    gateway_lab_options options;
    options.top = "login_guard: { ban_after: 2, never_ban: [] }\n";
    options.users =
        "  gone:\n"
        "    password: 'PASSWORD'\n"
        "    jwt_config: box/jwt_config.json\n"
        "    box_user: no-such-user@example.com\n";
    gateway_lab own(options);
    entered client(own, false);
    for (int i = 0; i < 3; ++i) {
        client.command("USER gone", "331");
        BOOST_TEST(says(client.command("PASS secret", "530"), "Box refuses"));
    }
    BOOST_TEST(!says(own.log_text(), "login_banned"));
}

BOOST_AUTO_TEST_CASE(names_are_read_and_written_in_the_account_s_charset) {
    gateway_lab_options options;
    options.ann = "    charset: CP1252\n";
    gateway_lab own(options);
    entered client(own);
    client.begin_store(
        "/gr\xf6\xdf"
        "e");
    client.send_data("content");
    client.finish_data();
    client.reply("226");
    BOOST_TEST(own.stored("/größe").value_or("") == "content");
    BOOST_TEST(client.names("NLST") ==
               "gr\xf6\xdf"
               "e\r\n");
    client.send_line("FEAT");
    BOOST_TEST(!says(client.whole_reply("211"), "UTF8"));
    client.command("OPTS UTF8 ON", "200");
    BOOST_TEST(client.names("NLST") == "größe\r\n");
    client.command("SIZE /größe", "213 7");
    client.command("OPTS UTF8 OFF", "200");
    client.command(
        "SIZE /gr\xf6\xdf"
        "e",
        "213 7");
    // Asked before the login, as ftp.exe does, it means the same.
    ftp_client early(own.ftp_port());
    early.connect();
    early.command("OPTS UTF8 ON", "200");
    early.log_in();
    early.command("TYPE I", "200");
    early.command("SIZE /größe", "213 7");
}

BOOST_AUTO_TEST_CASE(a_name_that_is_not_utf8_is_refused_with_the_hint) {
    entered client(mannered_lab());
    client.passive();
    BOOST_TEST(says(client.command("STOR /gr\xf6\xdf"
                                   "e",
                                   "553"),
                    "charset"));
}

BOOST_AUTO_TEST_CASE(listings_take_patterns_and_options_and_show_one_file) {
    mannered_lab().seed("/patterns/a1.txt", "1");
    mannered_lab().seed("/patterns/a2.txt", "22");
    mannered_lab().seed("/patterns/b.txt", "333");
    mannered_lab().seed("/patterns/[x].txt", "4444");
    entered client(mannered_lab());
    client.command("CWD /patterns", "250");
    BOOST_TEST(client.names("NLST a*") == "a1.txt\r\na2.txt\r\n");
    BOOST_TEST(client.names("NLST -la /patterns/?.txt") == "/patterns/b.txt\r\n");
    BOOST_TEST(client.names("NLST [x].txt") == "[x].txt\r\n", "a name that exists is no pattern");
    // Each can be used in a command from here (RFC 1123, 4.1.2.7): mdelete of clients does just that.
    client.command("CWD /", "250");
    BOOST_TEST(client.names("NLST patterns/a*") == "patterns/a1.txt\r\npatterns/a2.txt\r\n");
    BOOST_TEST(client.names("NLST patterns/b.txt") == "patterns/b.txt\r\n");
    BOOST_TEST(says(client.names("NLST patterns"), "patterns/b.txt\r\n"));
    BOOST_TEST(says(client.names("NLST /patterns/"), "/patterns/b.txt\r\n"));
    client.command("CWD /patterns", "250");
    BOOST_TEST(says("\r\n" + client.names("NLST ."), "\r\nb.txt\r\n"));
    BOOST_TEST(count(client.names("LIST -al"), "\r\n") == 4u);
    BOOST_TEST(says(client.names("LIST b.txt"), " 3 "));
    client.passive();
    client.command("NLST /missing", "550");
    client.send_line("STAT -l a*");
    BOOST_TEST(count(client.whole_reply("213"), ".txt") == 2u);
}

BOOST_AUTO_TEST_CASE(a_limit_of_bandwidth_changes_no_byte) {
    gateway_lab_options options;
    options.ann = "    upload_rate: 2MiB\n    download_rate: 2MiB\n";
    gateway_lab own(options);
    std::string content(3 * 1024 * 1024, 'a');
    for (std::size_t i = 0; i < content.size(); i += 97) content[i] = static_cast<char>('b' + i % 20);
    entered client(own);
    client.begin_store("/paced");
    client.send_data(content);
    client.finish_data();
    client.reply("226");
    BOOST_TEST((own.stored("/paced") == content));
    BOOST_TEST((client.names("RETR /paced") == content));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
