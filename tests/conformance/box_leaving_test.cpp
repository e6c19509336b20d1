#include "conf/runtime/offload.hpp"
#include "tests/conformance/box_fixture.hpp"
#include "tests/support/run_coro.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

// Clients that leave while Box is asked for them.

BOOST_AUTO_TEST_SUITE(box_leaving)

using namespace boxgate::testing;

// Only a sanitizer sees what goes wrong here: the call is answered when nobody else has its tree any more.
BOOST_AUTO_TEST_CASE(a_call_outlives_its_caller_and_the_caller_s_login) {
    box_fixture home([](boxgate::box::options& how) { how.events = false; });
    box_simulator::fault slow;
    slow.match = "OPTIONS /files/content";
    slow.delay_ms = 500;
    home.box().trouble().add(slow);
    auto files = home.open(true);
    boost::asio::cancellation_signal leave;
    bool left = false;
    auto looks = [](boxgate::storage::filesystem& in) -> boost::asio::awaitable<void> {
        (void)co_await in.stat(boxgate::storage::path::parse("/a").value());
    };
    boost::asio::co_spawn(home.context(), looks(*files),
                          boost::asio::bind_cancellation_slot(leave.slot(), [&](std::exception_ptr) { left = true; }));
    const auto asked = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
    home.run_until([&] { return std::chrono::steady_clock::now() > asked; });
    BOOST_TEST(!left);
    leave.emit(boost::asio::cancellation_type::terminal);
    BOOST_TEST(home.run_until([&] { return left; }));
    run_coro(home.context(), boxgate::runtime::run_on(home.control(), home.engine().replace_identities({})));
    files.reset();
    BOOST_TEST(home.calls("OPTIONS /files/content") == 0u);  // it is still under way
    BOOST_TEST(home.run_until([&] { return home.calls("OPTIONS /files/content") == 1; }));
    const auto later = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
    home.run_until([&] { return std::chrono::steady_clock::now() > later; });
}

BOOST_AUTO_TEST_SUITE_END()
