#include "protocol/ftp/advertised_addresses.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

namespace boxgate::testing {

namespace {

using boost::asio::ip::address_v4;
using boost::asio::ip::make_address;
using boost::asio::ip::make_address_v4;

const auto own = make_address("10.0.0.5");

// Settings, a DNS that the test writes, and the log.
struct lab {
    explicit lab(std::string address) { settings.passive_address = std::move(address); }

    void add(const char* network, std::string address) {
        settings.passive_address_for.push_back({*conf::ip_network::parse(network), std::move(address)});
    }
    ftp::advertised_addresses& made() {
        if (!addresses) {
            addresses.emplace(settings, log, [this](const std::string& name) -> std::optional<address_v4> {
                ++asked;
                const auto found = dns.find(name);
                if (found == dns.end()) return std::nullopt;
                return make_address_v4(found->second);
            });
        }
        return *addresses;
    }
    std::string told(const char* client, const boost::asio::ip::address& reached = own) {
        const auto address = made().address_for(make_address(client), reached);
        return address ? address->to_string() : "none";
    }

    conf::ftp_settings settings;
    std::map<std::string, std::string> dns;
    int asked = 0;
    std::string lines;
    runtime::log log{runtime::log_format::json, runtime::log_level::debug,
                     [this](std::string_view line) { lines += line; }};
    std::optional<ftp::advertised_addresses> addresses;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(advertised_addresses)

BOOST_AUTO_TEST_CASE(without_a_setting_it_is_the_address_that_was_reached) {
    lab one("");
    BOOST_TEST(one.told("192.0.2.1") == "10.0.0.5");
    BOOST_TEST(one.told("192.0.2.1", make_address("::ffff:10.0.0.6")) == "10.0.0.6");
    BOOST_TEST(one.told("2001:db8::1", make_address("2001:db8::5")) == "none");
    BOOST_TEST(!one.made().has_names());
}

BOOST_AUTO_TEST_CASE(a_fixed_address_is_told_to_all) {
    lab one("203.0.113.7");
    BOOST_TEST(one.told("192.0.2.1") == "203.0.113.7");
    BOOST_TEST(one.asked == 0);
}

BOOST_AUTO_TEST_CASE(the_smallest_network_that_holds_the_client_counts) {
    lab one("203.0.113.7");
    one.add("10.0.0.0/8", "own");
    one.add("10.1.0.0/16", "10.1.0.9");
    one.add("0.0.0.0/0", "198.51.100.1");
    BOOST_TEST(one.told("10.2.0.1") == "10.0.0.5");
    BOOST_TEST(one.told("10.1.2.3") == "10.1.0.9");
    BOOST_TEST(one.told("::ffff:10.1.2.3") == "10.1.0.9");
    BOOST_TEST(one.told("192.0.2.1") == "198.51.100.1");
    BOOST_TEST(one.told("2001:db8::1") == "203.0.113.7");
}

BOOST_AUTO_TEST_CASE(a_name_is_looked_up_beforehand_and_again) {
    lab one("ftp.example.com");
    one.dns["ftp.example.com"] = "203.0.113.7";
    BOOST_TEST(one.told("192.0.2.1") == "203.0.113.7");
    BOOST_TEST(one.told("192.0.2.1") == "203.0.113.7");
    BOOST_TEST(one.asked == 1, "a session must not wait for DNS");
    one.dns["ftp.example.com"] = "203.0.113.8";
    BOOST_TEST(one.told("192.0.2.1") == "203.0.113.7");
    one.made().refresh();
    BOOST_TEST(one.told("192.0.2.1") == "203.0.113.8");
}

BOOST_AUTO_TEST_CASE(a_name_that_cannot_be_found_keeps_its_last_address_and_is_told_about) {
    lab one("ftp.example.com");
    BOOST_TEST(one.told("192.0.2.1") == "none");
    BOOST_TEST(one.lines.find("passive_address_not_found") != std::string::npos);
    one.dns["ftp.example.com"] = "203.0.113.7";
    one.made().refresh();
    one.dns.clear();
    one.made().refresh();
    BOOST_TEST(one.told("192.0.2.1") == "203.0.113.7");
}

BOOST_AUTO_TEST_CASE(the_system_s_resolver_knows_this_machine) {
    BOOST_TEST(ftp::advertised_addresses::ask_system("localhost").value() == make_address_v4("127.0.0.1"));
    BOOST_TEST(!ftp::advertised_addresses::ask_system("no-such-name.invalid").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
