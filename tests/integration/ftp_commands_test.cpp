// Each row of the command table in dialogue with the whole gateway: as it is meant, without its argument, before its
// time, before the login, and during a transfer. A row without a dialogue here fails.
#include "protocol/ftp/command_table.hpp"
#include "tests/integration/ftp_client.hpp"
#include "tests/integration/gateway_lab.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace boxgate::testing {

namespace {

using ftp::command_flags;
using ftp::command_row;

struct step {
    std::string line;  // "@tls", "@seed <path>" or a command; %n is a number of its own for each run
    std::string code;
};

// What to say for one row, beyond what its flags tell already.
struct lines {
    std::string verb;
    std::string right;
    std::string code;
    std::vector<step> before = {};  // has to happen first
    std::string alone = {};         // the code where it has not; empty: the same as ever
    std::string bare = {};          // the code without the argument; empty: 501, it needs one
    std::string early = {};         // the code before the login; empty: 530, it needs one
    std::vector<step> bad = {};     // other values
    bool at_login = false;          // belongs before the login
};

const std::vector<lines>& dialogues() {
    static const std::vector<lines> all{
        {.verb = "USER", .right = "USER ann", .code = "331", .early = "331"},
        {.verb = "PASS",
         .right = "PASS secret",
         .code = "230",
         .before = {{"USER ann", "331"}},
         .alone = "202",
         .bare = "202",
         .early = "503",
         .at_login = true},
        {.verb = "ACCT", .right = "ACCT x", .code = "202", .early = "202"},
        {.verb = "HOST",
         .right = "HOST ftp.example.com",
         .code = "220",
         .alone = "503",
         .early = "220",
         .at_login = true},
        {.verb = "REIN", .right = "REIN", .code = "220", .bare = "220", .early = "220"},
        {.verb = "QUIT", .right = "QUIT", .code = "221", .bare = "221", .early = "221"},
        {.verb = "AUTH",
         .right = "AUTH TLS",
         .code = "234",
         .early = "234",
         .bad = {{"AUTH KERBEROS_V4", "504"}, {"@tls", ""}, {"AUTH TLS", "503"}}},
        {.verb = "PBSZ",
         .right = "PBSZ 0",
         .code = "200",
         .before = {{"@tls", ""}},
         .alone = "503",
         .early = "503",
         .bad = {{"@tls", ""}, {"PBSZ x", "501"}}},
        {.verb = "PROT",
         .right = "PROT P",
         .code = "200",
         .before = {{"@tls", ""}},
         .alone = "503",
         .early = "503",
         .bad = {{"@tls", ""}, {"PROT S", "536"}, {"PROT E", "536"}, {"PROT X", "504"}, {"PROT C", "200"}}},
        {.verb = "CCC",
         .right = "CCC",
         .code = "534",
         .before = {{"@tls", ""}},
         .alone = "533",
         .bare = "533",
         .early = "533"},
        {.verb = "PASV",
         .right = "PASV",
         .code = "227",
         .bare = "227",
         .bad = {{"EPSV ALL", "200"}, {"PASV", "425"}, {"PORT 127,0,0,1,4,1", "501"}, {"EPSV", "229"}}},
        {.verb = "EPSV",
         .right = "EPSV 1",
         .code = "229",
         .bare = "229",
         .bad = {{"EPSV 2", "522"}, {"EPSV 3", "522"}, {"EPSV ALL", "200"}}},
        {.verb = "PORT",
         .right = "PORT 127,0,0,1,200,1",
         .code = "200",
         .bad = {{"PORT 127,0,0,1,3,255", "504"}, {"PORT 192,0,2,1,200,1", "504"}, {"PORT 1,2", "501"}}},
        {.verb = "EPRT",
         .right = "EPRT |1|127.0.0.1|50000|",
         .code = "200",
         .bad = {{"EPRT |1|192.0.2.1|50000|", "504"},
                 {"EPRT |2|::1|50000|", "504"},
                 {"EPRT |1|127.0.0.1|80|", "504"},
                 {"EPRT |3|x|50000|", "522"},
                 {"EPRT |1|0.0.0.0|50000|", "200"},
                 {"EPRT |2|::|50000|", "504"},
                 {"EPRT x", "501"}}},
        {.verb = "TYPE",
         .right = "TYPE I",
         .code = "200",
         .bad = {{"TYPE A", "200"},
                 {"type a n", "200"},
                 {"TYPE L 8", "200"},
                 {"TYPE E", "504"},
                 {"TYPE A T", "504"},
                 {"TYPE L 36", "504"},
                 {"TYPE Q", "501"}}},
        {.verb = "MODE",
         .right = "MODE S",
         .code = "200",
         .bad = {{"MODE B", "504"}, {"MODE C", "504"}, {"MODE Z", "504"}, {"MODE X", "501"}}},
        {.verb = "STRU",
         .right = "STRU F",
         .code = "200",
         .bad = {{"STRU R", "504"}, {"STRU P", "504"}, {"STRU X", "501"}}},
        {.verb = "CWD", .right = "CWD /folder", .code = "250", .bad = {{"CWD /missing", "550"}, {"CWD /file", "550"}}},
        {.verb = "XCWD", .right = "XCWD /folder", .code = "250", .bad = {{"XCWD /missing", "550"}}},
        {.verb = "CDUP", .right = "CDUP", .code = "250", .bare = "250"},
        {.verb = "XCUP", .right = "XCUP", .code = "250", .bare = "250"},
        {.verb = "PWD", .right = "PWD", .code = "257", .bare = "257"},
        {.verb = "XPWD", .right = "XPWD", .code = "257", .bare = "257"},
        {.verb = "LIST", .right = "LIST -al /folder", .code = "226", .bare = "226"},
        {.verb = "NLST", .right = "NLST /folder/*", .code = "226", .bare = "226"},
        {.verb = "MLSD", .right = "MLSD /folder", .code = "226", .bare = "226"},
        {.verb = "STAT",
         .right = "STAT",
         .code = "211",
         .bare = "211",
         .early = "211",
         .bad = {{"STAT /folder", "213"}, {"STAT /missing", "550"}, {"STAT -l /folder/*", "213"}}},
        {.verb = "MLST", .right = "MLST /file", .code = "250", .bare = "250", .bad = {{"MLST /missing", "550"}}},
        {.verb = "SIZE",
         .right = "SIZE /file",
         .code = "213",
         .bad = {{"SIZE /missing", "550"}, {"SIZE /folder", "550"}}},
        {.verb = "HASH",
         .right = "HASH /file",
         .code = "213",
         .bad = {{"HASH /missing", "550"}, {"HASH /folder", "550"}}},
        {.verb = "XSHA1",
         .right = "XSHA1 \"/file\"",
         .code = "250",
         .bad = {{"XSHA1 /file", "250"}, {"XSHA1 \"/file\" 0 3", "504"}, {"XSHA1 /missing", "550"}}},
        {.verb = "AVBL", .right = "AVBL /folder", .code = "213", .bare = "213"},
        {.verb = "RETR", .right = "RETR /file", .code = "226"},
        {.verb = "STOR", .right = "STOR /stored", .code = "226"},
        {.verb = "STOU", .right = "STOU", .code = "226", .bare = "226"},
        {.verb = "APPE", .right = "APPE /appended %n", .code = "226"},
        {.verb = "ALLO", .right = "ALLO 10", .code = "200", .bad = {{"ALLO x", "501"}, {"ALLO 10 R 512", "200"}}},
        {.verb = "ABOR", .right = "ABOR", .code = "226", .bare = "226", .early = "226"},
        {.verb = "DELE",
         .right = "DELE /gone",
         .code = "250",
         .before = {{"@seed /gone", ""}},
         .alone = "550",
         .bad = {{"DELE /folder", "550"}}},
        {.verb = "MKD",
         .right = "MKD /made %n",
         .code = "257",
         .bad = {{"MKD /folder", "550"}, {"MKD /no/such", "550"}}},
        {.verb = "XMKD", .right = "XMKD /made %n", .code = "257", .bad = {{"XMKD /folder", "550"}}},
        {.verb = "RMD",
         .right = "RMD /empty %n",
         .code = "250",
         .before = {{"MKD /empty %n", "257"}},
         .alone = "550",
         .bad = {{"RMD /folder", "550"}, {"RMD /file", "550"}}},
        {.verb = "XRMD",
         .right = "XRMD /empty %n",
         .code = "250",
         .before = {{"MKD /empty %n", "257"}},
         .alone = "550"},
        {.verb = "RNFR", .right = "RNFR /file", .code = "350", .bad = {{"RNFR /missing", "550"}}},
        {.verb = "RNTO",
         .right = "RNTO /renamed",
         .code = "250",
         .before = {{"@seed /before", ""}, {"RNFR /before", "350"}},
         .alone = "503",
         .bad = {{"RNFR /file", "350"},
                 {"NOOP", "200"},
                 {"RNTO /x", "250"},
                 {"RNFR /x", "350"},
                 {"RNTO /file", "250"},
                 {"RNFR /file", "350"},
                 {"PWD", "257"},
                 {"RNTO /x", "503"}}},
        {.verb = "SMNT", .right = "SMNT /x", .code = "202"},
        {.verb = "FEAT", .right = "FEAT", .code = "211", .bare = "211", .early = "211"},
        {.verb = "OPTS",
         .right = "OPTS UTF8 ON",
         .code = "200",
         .early = "200",
         .bad = {{"OPTS UTF8 OFF", "504"},
                 {"OPTS MLST size;type;", "200"},
                 {"OPTS HASH SHA-1", "200"},
                 {"OPTS HASH MD5", "501"},
                 {"OPTS X", "501"}}},
        {.verb = "LANG",
         .right = "LANG EN",
         .code = "200",
         .bare = "200",
         .early = "200",
         .bad = {{"LANG en-GB", "200"}, {"LANG FR", "504"}}},
        {.verb = "HELP",
         .right = "HELP STOR",
         .code = "214",
         .bare = "214",
         .early = "214",
         .bad = {{"HELP SITE", "214"}, {"HELP REST", "214"}, {"HELP BLAH", "504"}}},
        {.verb = "SYST", .right = "SYST", .code = "215 UNIX Type: L8", .bare = "215", .early = "215"},
        {.verb = "NOOP", .right = "NOOP", .code = "200", .bare = "200", .early = "200"},
        {.verb = "SITE",
         .right = "SITE HELP",
         .code = "214",
         .bad = {{"SITE CHMOD 644 /file", "202"}, {"SITE UTIME 20200101000000 /file", "502"}, {"SITE BLAH", "202"}}},
        {.verb = "CLNT", .right = "CLNT test", .code = "200", .early = "200"},
        {.verb = "REST", .right = "REST 0", .code = "502", .bad = {{"REST 100", "502"}}},
        {.verb = "MDTM", .right = "MDTM /file", .code = "502", .bad = {{"MDTM 20200101000000 /file", "502"}}},
        {.verb = "MFMT", .right = "MFMT 20200101000000 /file", .code = "502"},
        {.verb = "MFF", .right = "MFF Modify=20200101000000; /file", .code = "502"},
        {.verb = "MFCT", .right = "MFCT 20200101000000 /file", .code = "502"},
        {.verb = "ADAT", .right = "ADAT x", .code = "502"},
        {.verb = "MIC", .right = "MIC x", .code = "502"},
        {.verb = "CONF", .right = "CONF x", .code = "502"},
        {.verb = "ENC", .right = "ENC x", .code = "502"},
    };
    return all;
}

// One client's part in the dialogues of one row.
class talk {
public:
    talk(const command_row& row, const lines& what, bool log_in = true)
        : row_(row), what_(what), client_(lab().ftp_port(), lab().authority().certificate()) {
        static int number = 0;
        number_ = std::to_string(++number);
        client_.connect();
        if (log_in) client_.log_in();
    }

    void say(const step& one) {
        if (one.line == "@tls") {
            client_.start_tls();
            if (!what_.at_login) client_.log_in();
        } else if (one.line.starts_with("@seed ")) {
            lab().seed(one.line.substr(6), "content");
        } else {
            client_.command(numbered(one.line), one.code);
        }
    }
    void prepare() {
        for (const auto& one : what_.before) say(one);
    }
    // With its data connection, where it has one.
    void carry_out(const std::string& line, const std::string& code) {
        if (!ftp::has(row_.flags, command_flags::transfers)) {
            client_.command(numbered(line), code);
            return;
        }
        client_.passive();
        client_.send_line(numbered(line));
        client_.connect_data();
        client_.reply("150");
        const bool stores = row_.verb.starts_with("STO") || row_.verb == "APPE";
        if (stores)
            client_.send_data("some data");
        else
            BOOST_TEST(!client_.read_data().empty());
        client_.finish_data();
        client_.reply(code);
    }
    ftp_client& client() { return client_; }
    std::string numbered(std::string line) const {
        if (const auto at = line.find("%n"); at != std::string::npos) line.replace(at, 2, number_);
        return line;
    }

private:
    const command_row& row_;
    const lines& what_;
    ftp_client client_;
    std::string number_;
};

// Runs `check` for every row; a row that nothing was written for fails.
template <class Check>
void for_each_row(Check check) {
    lab().seed("/folder/one", "1");
    lab().seed("/folder/two", "22");
    for (const auto& row : ftp::command_rows()) {
        const auto found = std::ranges::find(dialogues(), row.verb, &lines::verb);
        if (found == dialogues().end()) {
            BOOST_ERROR("no dialogue for " << row.verb);
            continue;
        }
        lab().seed("/file", "content");
        try {
            check(row, *found);
        } catch (const std::exception& error) {
            BOOST_ERROR(row.verb << ": " << error.what());
        }
    }
}

bool has(const command_row& row, command_flags flag) {
    return ftp::has(row.flags, flag);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ftp_commands)

BOOST_AUTO_TEST_CASE(as_it_is_meant) {
    for_each_row([](const command_row& row, const lines& what) {
        talk one(row, what, !what.at_login);
        one.prepare();
        one.carry_out(what.right, what.code);
    });
}

BOOST_AUTO_TEST_CASE(without_its_argument) {
    for_each_row([](const command_row& row, const lines& what) {
        talk one(row, what);
        const std::string verb(row.verb);
        if (has(row, command_flags::refused))
            one.client().command(verb, "502");
        else if (has(row, command_flags::needs_argument))
            one.client().command(verb, "501");
        else
            one.carry_out(verb, what.bare);
    });
}

BOOST_AUTO_TEST_CASE(before_its_time_and_with_other_values) {
    for_each_row([](const command_row& row, const lines& what) {
        if (!what.alone.empty()) talk(row, what).say({what.right, what.alone});
        if (has(row, command_flags::transfers)) talk(row, what).say({what.right, "425"});
        talk one(row, what);
        for (const auto& other : what.bad) one.say(other);
    });
}

BOOST_AUTO_TEST_CASE(before_the_login) {
    for_each_row([](const command_row& row, const lines& what) {
        talk one(row, what, false);
        if (has(row, command_flags::refused))
            one.say({what.right, "502"});
        else if (has(row, command_flags::needs_login))
            one.say({what.right, "530"});
        else
            one.say({what.right, what.early});
    });
}

// Nearly all wait for the end of the transfer; those that are answered at once are answered before its last byte.
BOOST_AUTO_TEST_CASE(during_a_transfer) {
    for_each_row([](const command_row& row, const lines& what) {
        talk one(row, what);
        auto& client = one.client();
        client.passive();
        client.send_line(one.numbered("STOR /during %n"));
        client.connect_data();
        client.reply("150");
        client.send_data("the first part");
        client.send_line(one.numbered(what.right));
        if (row.verb == "ABOR") {
            client.reply("426");
            client.reply("226");
            BOOST_TEST(!lab().stored(one.numbered("/during %n")).has_value());
            return;
        }
        const bool at_once = has(row, command_flags::in_transfer) && row.verb != "QUIT";
        if (at_once) client.reply(what.code);
        client.send_data("the second part");
        client.finish_data();
        client.reply("226");
        BOOST_TEST(lab().stored(one.numbered("/during %n")).value_or("") == "the first partthe second part");
        const bool transfers = has(row, command_flags::transfers);
        if (!at_once) client.reply(transfers ? "425" : what.alone.empty() ? what.code : what.alone);
    });
}

BOOST_AUTO_TEST_CASE(an_unknown_command_is_told_so) {
    talk one(*ftp::find_command("NOOP"), dialogues().front());
    for (const auto* line : {"BLAH", "", " NOOP", "LPRT 1", "XRSQ", "\xff\xfe"}) one.client().command(line, "500");
}

BOOST_AUTO_TEST_CASE(feat_shows_what_the_table_says) {
    talk one(*ftp::find_command("FEAT"), dialogues().front());
    one.client().send_line("FEAT");
    const auto text = one.client().whole_reply("211");
    for (const auto& row : ftp::command_rows()) {
        const auto line = "\r\n " + std::string(row.feature.empty() ? row.verb : row.feature);
        BOOST_TEST((text.find(line) != std::string::npos) == !row.feature.empty(), row.verb);
    }
    for (const auto* word : {"TVFS", "UTF8"}) BOOST_TEST(text.find(std::string("\r\n ") + word) != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
