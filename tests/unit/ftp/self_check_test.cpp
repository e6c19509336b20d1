#include "protocol/ftp/self_check.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

namespace boxgate::testing {

namespace {

struct check_lab {
    explicit check_lab(std::string listen) {
        settings.listen.push_back({std::move(listen), 2121});
        machine.is_free = [this](const std::string&, std::uint16_t port) { return !taken.contains(port); };
    }
    ftp::self_check check() const { return ftp::check_data_connections(settings, machine); }
    std::string errors() const { return all(check().errors); }
    std::string warnings() const { return all(check().warnings); }

    static std::string all(const std::vector<std::string>& texts) {
        std::string joined;
        for (const auto& text : texts) joined += text + "\n";
        return joined;
    }

    conf::ftp_settings settings;
    ftp::surroundings machine;
    std::set<std::uint16_t> taken;
};

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(self_check)

BOOST_AUTO_TEST_CASE(sound_settings_are_passed_without_a_word) {
    check_lab one("0.0.0.0");
    one.settings.passive_ports = {50000, 50009};
    one.settings.passive_address = "203.0.113.7";
    BOOST_TEST(one.errors() == "");
    BOOST_TEST(one.warnings() == "");
}

BOOST_AUTO_TEST_CASE(a_private_address_on_a_public_listen_is_named) {
    check_lab one("203.0.113.5");
    one.settings.passive_address = "10.0.0.5";
    BOOST_TEST(says(one.warnings(), "ftp.passive_address 10.0.0.5 is a private address"));
    one.settings.passive_address = "203.0.113.5";
    BOOST_TEST(one.warnings() == "");
    check_lab inside("10.0.0.1");
    inside.settings.passive_address = "10.0.0.5";
    BOOST_TEST(inside.warnings() == "");
}

BOOST_AUTO_TEST_CASE(a_loopback_address_that_is_told_to_others_is_an_error) {
    check_lab one("0.0.0.0");
    one.settings.passive_address = "127.0.0.1";
    BOOST_TEST(says(one.errors(), "loopback"));
    check_lab local("127.0.0.1");
    local.settings.passive_address = "127.0.0.1";
    BOOST_TEST(local.errors() == "");
    check_lab by_network("0.0.0.0");
    by_network.settings.passive_address_for.push_back({*conf::ip_network::parse("10.0.0.0/8"), "127.0.0.1"});
    BOOST_TEST(says(by_network.errors(), "ftp.passive_address_for 127.0.0.1"));
}

BOOST_AUTO_TEST_CASE(ports_in_use_are_counted_and_named) {
    check_lab one("0.0.0.0");
    one.settings.passive_ports = {50000, 50003};
    one.taken = {50001, 50002};
    BOOST_TEST(one.errors() == "");
    BOOST_TEST(says(one.warnings(), "2 are used by other programs (50001, 50002)"));
    one.taken = {50000, 50001, 50002, 50003};
    BOOST_TEST(says(one.errors(), "every port is used"));
}

BOOST_AUTO_TEST_CASE(a_container_without_address_and_ports_is_warned) {
    check_lab one("0.0.0.0");
    one.machine.in_container = true;
    BOOST_TEST(says(one.warnings(), "ftp.passive_address is not given"));
    BOOST_TEST(says(one.warnings(), "ftp.passive_ports is not given"));
    one.settings.passive_address = "203.0.113.7";
    one.settings.passive_ports = {50000, 50009};
    BOOST_TEST(one.warnings() == "");
}

BOOST_AUTO_TEST_CASE(without_ftp_nothing_is_said) {
    check_lab one("0.0.0.0");
    one.settings.listen.clear();
    one.machine.in_container = true;
    BOOST_TEST(one.warnings() == "");
    one.settings.tls.implicit_listen.push_back({"0.0.0.0", 990});
    BOOST_TEST(one.warnings() != "");
}

BOOST_AUTO_TEST_CASE(a_port_that_is_listened_on_is_not_free) {
    boost::asio::io_context context;
    boost::asio::ip::tcp::acceptor taken(context, {boost::asio::ip::make_address("127.0.0.1"), 0});
    const auto here = ftp::surroundings::of_this_machine();
    const auto port = taken.local_endpoint().port();
    BOOST_TEST(!here.is_free("127.0.0.1", port));
    taken.close();
    BOOST_TEST(here.is_free("127.0.0.1", port));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
