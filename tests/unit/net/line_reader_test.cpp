#include "protocol/net/line_reader.hpp"

#include "tests/unit/net/loopback.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(line_reader)

using namespace std::chrono_literals;
using namespace std::string_literals;
using boxgate::net::line_reader;
using boxgate::testing::loopback;
using boxgate::testing::run_coro;
using outcome = line_reader::outcome;

namespace {

constexpr std::size_t longest = 64;

const char* name_of(outcome how) {
    switch (how) {
        case outcome::line:
            return "line";
        case outcome::too_long:
            return "too long";
        case outcome::closed:
            return "closed";
        case outcome::timed_out:
            return "timed out";
    }
    return "?";
}

struct lab : loopback {
    lab() : reader(*ours, longest) {}

    /// The next line, or why there is none in round brackets.
    std::string next(duration patience = 5s) {
        std::string line;
        const auto how = run_coro(context, reader.next(line, patience));
        return how == outcome::line ? line : "("s + name_of(how) + ")";
    }

    /// The next line while `pieces` arrive one by one, each only after the reader has seen the one before.
    std::string next_of(const std::vector<std::string>& pieces) {
        std::string line;
        std::optional<outcome> how;
        boost::asio::co_spawn(context, reader.next(line, 5s), [&](std::exception_ptr, outcome was) { how = was; });
        for (const auto& piece : pieces) {
            send(piece);
            settle();
        }
        context.restart();
        while (!how) context.run_one();
        return *how == outcome::line ? line : "("s + name_of(*how) + ")";
    }

    line_reader reader;
};

std::vector<std::string> single_bytes(const std::string& text) {
    std::vector<std::string> pieces;
    for (const char c : text) pieces.emplace_back(1, c);
    return pieces;
}

}  // namespace

BOOST_AUTO_TEST_CASE(lines_end_with_lf_and_one_cr_before_it_is_dropped) {
    lab lab;
    lab.send("USER a\r\nPASS b\n\r\n\nX\r\r\nA\rB\r\n  c  \r\n");
    for (const auto* expected : {"USER a", "PASS b", "", "", "X\r", "A\rB", "  c  "}) {
        BOOST_TEST(lab.next() == expected);
    }
}

BOOST_AUTO_TEST_CASE(a_line_may_be_split_at_every_byte) {
    const std::string text = "STOR \xff\xff\xff\xf4 two  words\r\n";
    const std::string expected = "STOR \xff two  words";
    for (std::size_t at = 0; at <= text.size(); ++at) {
        lab lab;
        BOOST_TEST(lab.next_of({text.substr(0, at), text.substr(at) + "NOOP\r\n"}) == expected, "split at " << at);
        BOOST_TEST(lab.next() == "NOOP");
    }
    lab lab;
    BOOST_TEST(lab.next_of(single_bytes(text)) == expected);
}

BOOST_AUTO_TEST_CASE(telnet_commands_are_taken_out) {
    const std::pair<std::string, std::string> cases[] = {
        {"\xff\xf4\xff\xf2"
         "ABOR",
         "ABOR"},  // IAC IP IAC DM, as RFC 959 wants it before ABOR
        {"\xf2"
         "ABOR",
         "ABOR"},                      // DM alone in front: its IAC was the urgent byte, and got lost
        {"NO\xf2OP", "NO\xf2OP"},      // elsewhere it is a byte like others
        {"NO\xff\xfb\x01OP", "NOOP"},  // WILL
        {"NO\xff\xfc\x01OP", "NOOP"},  // WONT
        {"NO\xff\xfd\x06OP", "NOOP"},  // DO
        {"NO\xff\xfe\xffOP", "NOOP"},  // DONT, whatever its option
        {"RETR \xff\xff.txt", "RETR \xff.txt"},
        // A letter that a device of an old character set has not doubled.
        {"STOR \xc7\xe0\xff\xe2.txt", "STOR \xc7\xe0\xff\xe2.txt"},
        {"RETR \xff\xff\xff\xff", "RETR \xff\xff"},
        {"RETR \xff\xff\xf4", "RETR \xff\xf4"},  // the first two stand for a byte, the third is one
        {"NOOP\xff", "NOOP"},
        {"NOOP\xff\xfd", "NOOP"},
        {"\xff\xf1", ""},
        {"RETR \xc3\xa9", "RETR \xc3\xa9"},
    };
    for (const auto& [sent, expected] : cases) {
        lab lab;
        lab.send(sent + "\r\n");
        BOOST_TEST(lab.next() == expected);
    }
}

BOOST_AUTO_TEST_CASE(the_longest_line_is_taken_and_one_byte_more_is_not) {
    for (const auto* end : {"\r\n", "\n"}) {
        lab lab;
        const std::string fits(longest, 'x');
        lab.send(fits + end + fits + "y" + end + "NOOP" + end + fits + end);
        BOOST_TEST(lab.next() == fits);
        BOOST_TEST(lab.next() == "(too long)");
        BOOST_TEST(lab.next() == "NOOP");
        BOOST_TEST(lab.next() == fits);
    }
}

BOOST_AUTO_TEST_CASE(an_over_long_line_is_skipped_to_its_end_however_it_comes) {
    for (const std::size_t size :
         {longest + 1, longest + 2, 2 * longest, 3 * longest + 1, std::size_t(4096), std::size_t(50000)}) {
        const std::string line(size, 'x');
        lab at_once;
        at_once.send(line + "\r\nNOOP\r\n");
        BOOST_TEST(at_once.next() == "(too long)", size << " bytes at once");
        BOOST_TEST(at_once.next() == "NOOP");
        lab in_pieces;
        BOOST_TEST(in_pieces.next_of({line.substr(0, 10), line.substr(10), "QUIT", "\r", "\nNOOP\r\n"}) == "(too long)",
                   size << " bytes in pieces");
        BOOST_TEST(in_pieces.next() == "NOOP");
    }
    lab lab;
    BOOST_TEST(lab.next_of(single_bytes(std::string(3 * longest, 'x') + "\r\n")) == "(too long)");
    lab.send("NOOP\r\n");
    BOOST_TEST(lab.next() == "NOOP");
}

BOOST_AUTO_TEST_CASE(the_end_of_the_connection_is_told_and_half_a_line_is_none) {
    for (const auto& rest : {""s, "QUIT"s, "QUIT\r"s, std::string(2 * longest, 'x')}) {
        lab lab;
        lab.send("NOOP\r\n" + rest);
        lab.peer.close();
        BOOST_TEST(lab.next() == "NOOP");
        BOOST_TEST(lab.next() == "(closed)");
        BOOST_TEST(lab.next() == "(closed)");
    }
}

BOOST_AUTO_TEST_CASE(a_connection_closed_here_wakes_the_reader) {
    lab lab;
    std::string line;
    std::optional<outcome> how;
    boost::asio::co_spawn(lab.context, lab.reader.next(line, loopback::for_ever),
                          [&](std::exception_ptr, outcome was) { how = was; });
    lab.settle();
    BOOST_TEST(!how);
    lab.ours->close();
    lab.settle();
    BOOST_TEST((how == outcome::closed));
}

BOOST_AUTO_TEST_CASE(patience_ends_without_a_whole_line) {
    lab silent;
    BOOST_TEST(silent.next(20ms) == "(timed out)");
    lab begun;
    begun.send("NOO");
    BOOST_TEST(begun.next(20ms) == "(timed out)");
}

BOOST_AUTO_TEST_CASE(a_line_that_is_there_needs_no_patience) {
    lab lab;
    lab.send("ONE\r\nTWO\r\n");
    BOOST_TEST(lab.next() == "ONE");
    lab.peer.close();
    lab.ours->close();
    BOOST_TEST(lab.next(0s) == "TWO");
    BOOST_TEST(lab.next(0s) == "(closed)");
}

BOOST_AUTO_TEST_CASE(what_was_read_ahead_is_forgotten_by_discard) {
    lab lab;
    lab.send("AUTH TLS\r\nUSER mallory\r\nPASS");
    BOOST_TEST(lab.next() == "AUTH TLS");
    lab.reader.discard();
    lab.send(" x\r\nNOOP\r\n");
    BOOST_TEST(lab.next() == " x");
    BOOST_TEST(lab.next() == "NOOP");
}

BOOST_AUTO_TEST_SUITE_END()
