// Each row of the command table in dialogue with the whole gateway: as it is meant, without its argument, before its
// time, before the login, and during a transfer. A row without a dialogue here fails.
#include "protocol/ftp/command_table.hpp"
#include "tests/integration/ftp_client.hpp"
#include "tests/integration/ftp_dialogues.hpp"
#include "tests/integration/gateway_lab.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace boxgate::testing {

namespace {

using ftp::command_flags;
using ftp::command_row;
using step = dialogue_step;
using lines = row_dialogue;

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
