#include "protocol/net/stream.hpp"
#include "tests/unit/net/loopback.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

// The deadlines are the kernel's time, which no test can move: what is measured is only that something did not end too
// early, and that it ended at all.

BOOST_AUTO_TEST_SUITE(stream_deadlines)

namespace asio = boost::asio;
using namespace std::chrono_literals;
using boxgate::testing::loopback;
using boxgate::testing::pending_read;
using boxgate::testing::run_coro;
using clock = std::chrono::steady_clock;

namespace {

const auto timed_out = boost::system::error_code(asio::error::timed_out);

}  // namespace

BOOST_AUTO_TEST_CASE(a_read_without_a_byte_times_out_and_not_before_its_time) {
    loopback lab;
    const auto start = clock::now();
    BOOST_TEST(lab.read(50ms).first == timed_out);
    BOOST_TEST((clock::now() - start >= 50ms));
    BOOST_TEST(lab.end_seen_by_peer() == asio::error::eof, "the connection is closed");
    BOOST_TEST(lab.ours->peer_gone());
}

BOOST_AUTO_TEST_CASE(a_write_that_nobody_takes_times_out) {
    loopback lab;
    const std::string much(64 << 20, 'x');
    const auto start = clock::now();
    BOOST_TEST(lab.write(much, 50ms) == timed_out);
    BOOST_TEST((clock::now() - start >= 50ms));
}

// The deadline is for each piece that is taken, and not for all of them together.
BOOST_AUTO_TEST_CASE(a_write_that_is_taken_slowly_goes_on) {
    loopback lab;
    const std::string much(16 << 20, 'x');
    std::size_t taken = 0;
    const std::jthread peer([&] {
        std::string some(much.size() / 32, '\0');
        boost::system::error_code cut;
        while (taken < much.size() && !cut) {
            std::this_thread::sleep_for(60ms);
            taken += asio::read(lab.peer, asio::buffer(some), cut);
        }
    });
    const auto start = clock::now();
    BOOST_TEST(!lab.write(much, 1s));
    BOOST_TEST((clock::now() - start > 1s), "it was not slow enough to tell");
}

BOOST_AUTO_TEST_CASE(bytes_that_came_in_time_are_given_whatever_patience_is_left) {
    loopback lab;
    for (int i = 0; i < 100; ++i) {
        lab.send("x");
        BOOST_TEST(lab.read(10s).second == "x");
    }
}

BOOST_AUTO_TEST_CASE(a_writes_deadline_neither_shortens_a_pending_reads_nor_takes_it_away) {
    loopback lab;
    const auto start = clock::now();
    pending_read reading(lab, 250ms);
    BOOST_TEST(!lab.write("150 here it comes\r\n", 30ms));
    BOOST_TEST(reading.wait(lab) == timed_out);
    BOOST_TEST((clock::now() - start >= 250ms));
}

BOOST_AUTO_TEST_CASE(a_patient_write_does_not_lengthen_a_pending_reads_deadline) {
    loopback lab;
    pending_read reading(lab, 50ms);
    const std::string much(64 << 20, 'x');
    BOOST_TEST(lab.write(much, 1h) == timed_out, "the connection ended with the read");
    BOOST_TEST(reading.wait(lab) == timed_out);
}

BOOST_AUTO_TEST_CASE(a_reads_deadline_ends_with_it) {
    asio::io_context context;
    loopback lab(context);
    lab.send("x");
    BOOST_TEST(lab.read(30ms).second == "x");
    pending_read reading(lab, loopback::for_ever);
    // Another connection's deadline tells that enough time has passed.
    loopback ruler(context);
    BOOST_TEST(ruler.read(90ms).first == timed_out);
    BOOST_TEST(!reading.ended);
    lab.send("y");
    BOOST_TEST(!reading.wait(lab));
    BOOST_TEST(reading.bytes == "y");
}

BOOST_AUTO_TEST_CASE(a_writes_deadline_ends_with_it) {
    asio::io_context context;
    loopback lab(context);
    pending_read reading(lab, loopback::for_ever);
    BOOST_TEST(!lab.write("220 hello\r\n", 30ms));
    loopback ruler(context);
    BOOST_TEST(ruler.read(90ms).first == timed_out);
    BOOST_TEST(!reading.ended);
    lab.send("USER alice\r\n");
    BOOST_TEST(!reading.wait(lab));
    BOOST_TEST(reading.bytes == "USER alice\r\n");
}

BOOST_AUTO_TEST_CASE(a_stream_may_go_while_its_deadline_is_still_set) {
    asio::io_context context;
    {
        loopback lab(context);
        lab.send("x");
        BOOST_TEST(lab.read(20ms).second == "x");
    }
    loopback ruler(context);
    BOOST_TEST(ruler.read(60ms).first == timed_out);
}

BOOST_AUTO_TEST_SUITE_END()
