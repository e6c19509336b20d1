#include "conf/settings/proxy_environment.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

BOOST_AUTO_TEST_SUITE(proxy_environment)

using namespace boxgate::conf;

namespace {

parsed<std::optional<proxy_settings>> from(const std::map<std::string, std::string>& variables) {
    return proxy_from_environment([&](const char* name) {
        const auto found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
    });
}

}  // namespace

BOOST_AUTO_TEST_CASE(https_proxy_is_taken_with_its_exceptions) {
    const auto proxy = from(
        {{"https_proxy", "http://me:p%40ss@proxy.corp.example:8080/"}, {"no_proxy", "intern.example, 10.0.0.0/8"}});
    BOOST_REQUIRE(proxy.has_value());
    BOOST_REQUIRE(proxy->has_value());
    BOOST_TEST((*proxy)->host == "proxy.corp.example");
    BOOST_TEST((*proxy)->port == 8080);
    BOOST_TEST((*proxy)->user == "me");
    BOOST_TEST((*proxy)->password.reveal() == "p@ss");
    BOOST_TEST(is_excepted((*proxy)->except, "host.intern.example"));
    BOOST_TEST(is_excepted((*proxy)->except, "10.1.2.3"));
    BOOST_TEST(is_excepted((*proxy)->except, "127.0.0.1"));
    BOOST_TEST(!is_excepted((*proxy)->except, "api.box.com"));
}

BOOST_AUTO_TEST_CASE(names_in_capitals_and_values_without_a_scheme_do) {
    BOOST_TEST((*from({{"HTTPS_PROXY", "proxy:3128"}}))->host == "proxy");
    BOOST_TEST((*from({{"all_proxy", "http://[2001:db8::1]:3128"}}))->host == "2001:db8::1");
    BOOST_TEST(!from({}).value().has_value());
    BOOST_TEST(!from({{"https_proxy", ""}}).value().has_value());
    BOOST_TEST(!from({{"http_proxy", "http://for.http.only:3128"}}).value().has_value());
}

BOOST_AUTO_TEST_CASE(a_value_that_makes_no_sense_is_not_ignored) {
    const auto proxy = from({{"https_proxy", "socks5://proxy:1080"}});
    BOOST_REQUIRE(proxy.has_error());
    BOOST_TEST(proxy.error().text.find("https_proxy") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(exceptions_are_domains_addresses_and_networks) {
    const auto excepts = [](const char* entry, const char* host) { return is_excepted({entry}, host); };
    BOOST_TEST(excepts("box.com", "api.box.com"));
    BOOST_TEST(excepts(".box.com", "api.box.com"));
    BOOST_TEST(excepts("*.box.com", "API.box.com"));
    BOOST_TEST(excepts("box.com", "box.com"));
    BOOST_TEST(excepts("*", "api.box.com"));
    BOOST_TEST(!excepts("box.com", "dropbox.com"));
    BOOST_TEST(!excepts("api.box.com", "upload.box.com"));
    BOOST_TEST(!excepts(".", "api.box.com"));
    BOOST_TEST(excepts("::1", "::1"));
    BOOST_TEST(!excepts("10.0.0.0/8", "11.0.0.1"));
}

BOOST_AUTO_TEST_CASE(what_the_settings_say_wins) {
    box_settings settings;
    const environment variables = [](const char* name) {
        return std::string_view(name) == "https_proxy" ? "http://theirs:1" : nullptr;
    };
    BOOST_TEST((*effective_proxy(settings, variables))->host == "theirs");
    settings.proxy_from_environment = false;
    BOOST_TEST(!effective_proxy(settings, variables).value().has_value());
    settings.proxy.emplace();
    settings.proxy->host = "ours";
    BOOST_TEST((*effective_proxy(settings, variables))->host == "ours");
}

BOOST_AUTO_TEST_SUITE_END()
