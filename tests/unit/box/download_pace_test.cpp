#include "box/download_pace.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(download_pace)

using boxgate::box::download_pace;
using namespace std::chrono_literals;

namespace {

// Reads of 256 KiB, of which each takes `waited` for Box and `elsewhere` for the client.
struct client {
    explicit client(unsigned most) : pace(most) {}

    void read(int times, std::chrono::milliseconds waited, std::chrono::milliseconds elsewhere) {
        for (int i = 0; i < times; ++i) {
            now += waited;
            received += 256 * 1024;
            pace.note(now, waited, received, pace.streams());
            now += elsewhere;
        }
    }

    download_pace pace;
    download_pace::clock::time_point now{1h};
    std::uint64_t received = 0;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_client_that_waits_for_box_gets_more_streams_one_by_one) {
    client fast(4);
    BOOST_TEST(fast.pace.streams() == 1u);
    fast.read(5, 50ms, 0ms);
    BOOST_TEST(fast.pace.streams() == 1u);
    fast.read(4, 50ms, 0ms);
    BOOST_TEST(fast.pace.streams() == 2u);
    fast.read(100, 50ms, 0ms);
    BOOST_TEST(fast.pace.streams() == 4u);
}

BOOST_AUTO_TEST_CASE(a_client_that_is_slower_than_box_stays_with_one) {
    client slow(4);
    slow.read(100, 1ms, 100ms);
    BOOST_TEST(slow.pace.streams() == 1u);
}

BOOST_AUTO_TEST_CASE(a_client_that_becomes_slow_loses_streams) {
    client changing(4);
    changing.read(100, 50ms, 0ms);
    changing.read(100, 1ms, 100ms);
    BOOST_TEST(changing.pace.streams() == 1u);
}

BOOST_AUTO_TEST_CASE(a_client_that_waits_now_and_then_keeps_what_it_has) {
    client even(4);
    even.read(18, 50ms, 0ms);
    const auto before = even.pace.streams();
    BOOST_TEST(before > 1u);
    even.read(100, 15ms, 35ms);
    BOOST_TEST(even.pace.streams() == before);
}

BOOST_AUTO_TEST_CASE(a_stream_that_is_fast_gets_no_company) {
    client fast(4);
    fast.read(1000, 2ms, 0ms);  // 131 MB/s
    BOOST_TEST(fast.pace.streams() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
