#include "protocol/ftp/data_channel.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/test/unit_test.hpp>

namespace boxgate::testing {

namespace {

using boost::asio::ip::tcp;
using namespace std::chrono_literals;

constexpr auto patience = 60s;  // which nothing here may use up

/// A channel that opens an encrypted connection to a client that says nothing: it waits for a handshake that will
/// not come.
struct silent_client {
    void listen() {
        auto ports = std::make_shared<ftp::passive_ports>(0, 0);
        auto lease = ports->open(context.get_executor(), local, "ann");
        client.connect({local, lease->port()});
        channel.listen(std::move(lease), patience);
    }
    void connect() { channel.connect_to(acceptor.local_endpoint(), {}); }

    void open() {
        auto tls = std::make_shared<boost::asio::ssl::context>(boost::asio::ssl::context::tls_server);
        boost::asio::co_spawn(context,
                              channel.open({local, 21}, net::tls_terms(std::move(tls), "ann", false), false, patience),
                              [this](std::exception_ptr thrown, auto outcome) {
                                  if (thrown) std::rethrow_exception(thrown);
                                  ended = true;
                                  failed = outcome.has_error();
                              });
    }

    /// As much as can run without waiting for anything but the loopback's own way.
    bool ends_soon() {
        const auto until = std::chrono::steady_clock::now() + 5s;
        context.restart();
        while (!ended && std::chrono::steady_clock::now() < until) context.run_one_until(until);
        return ended;
    }

    const boost::asio::ip::address local = boost::asio::ip::make_address("127.0.0.1");
    boost::asio::io_context context;
    tcp::acceptor acceptor{context, {local, 0}};
    tcp::socket client{context};
    ftp::data_channel channel{context.get_executor()};
    bool ended = false;
    bool failed = false;
};

// The steps of an opening until nothing is left but to wait for the client.
constexpr int enough_steps = 30;

void interrupt_after_each_step(void (silent_client::*prepare)()) {
    for (int steps = 0; steps < enough_steps; ++steps) {
        silent_client lab;
        (lab.*prepare)();
        lab.open();
        for (int done = 0; done < steps; ++done) lab.context.poll_one();
        BOOST_TEST(!lab.ended, "nothing can be open after " << steps << " steps");
        lab.channel.interrupt();
        BOOST_TEST(lab.ends_soon(), "interrupted after " << steps << " steps, and it went on");
        BOOST_TEST(lab.failed);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(data_channel)

BOOST_AUTO_TEST_CASE(a_passive_opening_can_be_interrupted_at_every_step) {
    interrupt_after_each_step(&silent_client::listen);
}

BOOST_AUTO_TEST_CASE(an_active_opening_can_be_interrupted_at_every_step) {
    interrupt_after_each_step(&silent_client::connect);
}

BOOST_AUTO_TEST_CASE(an_opening_that_was_interrupted_before_it_began_fails_and_the_next_one_does_not) {
    for (const auto prepare : {&silent_client::listen, &silent_client::connect}) {
        silent_client lab;
        (lab.*prepare)();
        lab.channel.interrupt();
        lab.open();
        BOOST_TEST(lab.ends_soon());
        BOOST_TEST(lab.failed);
        lab.ended = false;
        lab.client = tcp::socket(lab.context);
        (lab.*prepare)();
        lab.open();
        lab.context.restart();
        lab.context.run_for(50ms);
        BOOST_TEST(!lab.ended, "the interruption of an earlier opening was kept");
        lab.channel.interrupt();
        BOOST_TEST(lab.ends_soon());
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
