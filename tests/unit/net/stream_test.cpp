#include "protocol/net/stream.hpp"

#include "tests/unit/net/loopback.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(stream)

namespace asio = boost::asio;
using namespace std::chrono_literals;
using boxgate::testing::loopback;
using boxgate::testing::pending_read;
using boxgate::testing::run_coro;

namespace {

const auto eof = boost::system::error_code(asio::error::eof);
const auto reset = boost::system::error_code(asio::error::connection_reset);

}  // namespace

BOOST_AUTO_TEST_CASE(bytes_pass_both_ways_unchanged) {
    loopback lab;
    const std::string odd("\0\r\n\xff\xff\x7f", 6);
    lab.send(odd);
    BOOST_TEST(lab.read().second == odd);
    BOOST_TEST(!lab.write(odd + "more"));
    lab.ours->close();
    boost::system::error_code end;
    BOOST_TEST(lab.receive_all(end) == odd + "more");
    BOOST_TEST(end == eof);
    BOOST_TEST(!lab.ours->is_tls());
}

BOOST_AUTO_TEST_CASE(a_write_ends_when_all_of_it_is_written) {
    loopback lab;
    std::string content(8 << 20, '\0');
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7 + i / 251);
    bool written = false;
    asio::co_spawn(lab.context, lab.ours->write(asio::buffer(content), loopback::for_ever),
                   [&](std::exception_ptr, boost::system::error_code error) {
                       written = !error;
                       lab.ours->close();
                   });
    lab.settle();
    BOOST_TEST(!written, "so much cannot fit into the kernel's buffers");
    std::string received(content.size(), '\0');
    std::size_t at = 0;
    while (at < received.size()) {
        at += lab.peer.read_some(asio::buffer(received.data() + at, received.size() - at));
        lab.settle();
    }
    BOOST_TEST(written);
    BOOST_TEST((received == content));
    BOOST_TEST(lab.end_seen_by_peer() == eof);
}

BOOST_AUTO_TEST_CASE(the_peers_fin_is_eof_after_the_last_byte_and_leaves_the_other_way_open) {
    loopback lab;
    lab.send("last");
    lab.peer.shutdown(asio::socket_base::shutdown_send);
    BOOST_TEST(lab.read().second == "last");
    BOOST_TEST(lab.read().first == eof);
    BOOST_TEST(!lab.write("226 stored"));
    lab.ours->close();
    boost::system::error_code end;
    BOOST_TEST(lab.receive_all(end) == "226 stored");
}

BOOST_AUTO_TEST_CASE(the_peers_reset_is_no_end_in_order) {
    loopback lab;
    lab.peer.set_option(asio::socket_base::linger(true, 0));
    lab.peer.close();
    BOOST_TEST(lab.read().first == reset);
}

BOOST_AUTO_TEST_CASE(close_wakes_the_reader_and_is_a_fin_to_the_peer) {
    loopback lab;
    pending_read reading(lab, loopback::for_ever);
    BOOST_TEST(!reading.ended);
    lab.ours->close();
    const auto error = reading.wait(lab);
    BOOST_TEST(error.failed());
    BOOST_TEST(error != asio::error::timed_out);
    BOOST_TEST(error != eof, "only the peer's end is one");
    BOOST_TEST(lab.end_seen_by_peer() == eof);
}

BOOST_AUTO_TEST_CASE(close_wakes_the_writer) {
    loopback lab;
    const std::string much(32 << 20, 'x');
    boost::system::error_code error;
    asio::co_spawn(lab.context, lab.ours->write(asio::buffer(much), loopback::for_ever),
                   [&](std::exception_ptr, boost::system::error_code how) { error = how; });
    lab.settle();
    BOOST_TEST(!error);
    lab.ours->close();
    lab.settle();
    BOOST_TEST(error.failed());
}

BOOST_AUTO_TEST_CASE(cut_wakes_the_reader_and_is_a_reset_to_the_peer) {
    loopback lab;
    pending_read reading(lab, loopback::for_ever);
    lab.ours->cut();
    BOOST_TEST(reading.wait(lab).failed());
    BOOST_TEST(lab.end_seen_by_peer() == reset);
}

BOOST_AUTO_TEST_CASE(finish_is_a_fin_behind_all_that_was_written) {
    loopback lab;
    BOOST_TEST(!lab.write("221 Goodbye\r\n"));
    run_coro(lab.context, lab.ours->finish(5s));
    boost::system::error_code end;
    BOOST_TEST(lab.receive_all(end) == "221 Goodbye\r\n");
    BOOST_TEST(end == eof);
    BOOST_TEST(lab.ours->peer_gone(), "nobody is there any more");
}

BOOST_AUTO_TEST_CASE(a_closed_stream_answers_with_errors) {
    loopback lab;
    lab.ours->close();
    lab.ours->close();
    lab.ours->cut();
    BOOST_TEST(lab.read(5s).first.failed());
    BOOST_TEST(lab.write("x", 5s).failed());
    run_coro(lab.context, lab.ours->finish(5s));
}

BOOST_AUTO_TEST_CASE(a_peer_that_talks_or_is_silent_is_not_gone) {
    loopback lab;
    BOOST_TEST(!lab.ours->peer_gone());
    lab.send("NOOP\r\n");
    BOOST_TEST(!lab.ours->peer_gone());
}

BOOST_AUTO_TEST_CASE(a_peer_that_has_sent_fin_is_gone_whatever_is_still_to_be_read) {
    loopback lab;
    lab.send("QUIT\r\n");
    lab.peer.shutdown(asio::socket_base::shutdown_send);
    BOOST_TEST(lab.ours->peer_gone());
    BOOST_TEST(lab.read().second == "QUIT\r\n", "looking takes nothing away");
    BOOST_TEST(lab.ours->peer_gone());
}

BOOST_AUTO_TEST_CASE(a_peer_that_has_reset_is_gone_and_so_is_everybody_once_it_is_closed_here) {
    loopback lab;
    lab.peer.set_option(asio::socket_base::linger(true, 0));
    lab.peer.close();
    BOOST_TEST(lab.ours->peer_gone());
    loopback other;
    other.ours->close();
    BOOST_TEST(other.ours->peer_gone());
}

BOOST_AUTO_TEST_CASE(endpoints_are_known_even_when_the_connection_is_not_any_more) {
    loopback lab;
    const auto peer = lab.peer.local_endpoint();
    const auto local = lab.peer.remote_endpoint();
    lab.ours->close();
    BOOST_TEST(lab.ours->remote_endpoint() == peer);
    BOOST_TEST(lab.ours->local_endpoint() == local);
}

BOOST_AUTO_TEST_SUITE_END()
