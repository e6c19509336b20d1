#include "server/warnings.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(warnings)

using boxgate::conf::endpoint;
using boxgate::server::is_unreachable_passive_address;

BOOST_AUTO_TEST_CASE(loopback_is_no_passive_address_for_a_server_of_others) {
    const std::vector<endpoint> everywhere{{"0.0.0.0", 21}}, here{{"127.0.0.1", 21}};
    BOOST_TEST(is_unreachable_passive_address("127.0.0.1", everywhere));
    BOOST_TEST(!is_unreachable_passive_address("127.0.0.1", here));
    BOOST_TEST(!is_unreachable_passive_address("192.0.2.10", everywhere));
    BOOST_TEST(!is_unreachable_passive_address("", everywhere));
}

BOOST_AUTO_TEST_SUITE_END()
