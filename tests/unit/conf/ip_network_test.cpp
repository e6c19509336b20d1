#include "conf/settings/ip_network.hpp"

#include <boost/test/unit_test.hpp>

namespace boxgate::testing {

namespace {

bool holds(std::string_view network, const char* address) {
    return conf::ip_network::parse(network)->contains(boost::asio::ip::make_address(address));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ip_network)

BOOST_AUTO_TEST_CASE(a_network_holds_its_addresses_and_no_others) {
    BOOST_TEST(holds("10.0.0.0/8", "10.255.0.1"));
    BOOST_TEST(!holds("10.0.0.0/8", "11.0.0.1"));
    BOOST_TEST(holds("192.0.2.128/25", "192.0.2.129"));
    BOOST_TEST(!holds("192.0.2.128/25", "192.0.2.127"));
    BOOST_TEST(holds("2001:db8::/32", "2001:db8:ffff::1"));
    BOOST_TEST(!holds("2001:db8::/32", "2001:db9::1"));
    BOOST_TEST(holds("0.0.0.0/0", "203.0.113.1"));
    BOOST_TEST(!holds("0.0.0.0/0", "::1"));
    BOOST_TEST(holds("::/0", "::1"));
}

BOOST_AUTO_TEST_CASE(one_address_is_a_network_of_its_own) {
    BOOST_TEST(holds("192.0.2.1", "192.0.2.1"));
    BOOST_TEST(!holds("192.0.2.1", "192.0.2.2"));
    BOOST_TEST(conf::ip_network::parse("::1")->prefix() == 128u);
}

BOOST_AUTO_TEST_CASE(ipv4_over_an_ipv6_socket_counts_as_ipv4) {
    BOOST_TEST(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
    BOOST_TEST(!holds("::/0", "::ffff:10.1.2.3"));
}

BOOST_AUTO_TEST_CASE(one_client_is_an_ipv4_address_or_64_bits_of_an_ipv6_address) {
    const auto client = [](const char* address) {
        return conf::client_network(boost::asio::ip::make_address(address));
    };
    BOOST_TEST(client("192.0.2.1") == "192.0.2.1");
    BOOST_TEST(client("::ffff:192.0.2.1") == "192.0.2.1");
    BOOST_TEST(client("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::");
    BOOST_TEST(client("2001:db8:1:2::") == "2001:db8:1:2::");
}

BOOST_AUTO_TEST_CASE(what_is_no_network_is_refused) {
    for (const auto* text :
         {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/8/8", "10.0.0.0/-1", "10.0.0.0/8 ", "::/129",
          "example.com", "::ffff:10.0.0.1", "::ffff:10.0.0.0/104", "10.0.0.0/ 8", "10.1.0.0/8", "2001:db8::1/32"}) {
        BOOST_TEST(conf::ip_network::parse(text).has_error(), text);
    }
    BOOST_TEST(conf::ip_network::parse("10.1.0.0/8").error().text.find("begins at 10.0.0.0") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
