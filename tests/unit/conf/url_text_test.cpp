#include "conf/settings/scalar_text.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(url_text)

using namespace boxgate::conf;

BOOST_AUTO_TEST_CASE(base_urls) {
    const std::pair<const char*, const char*> good[] = {{"https://api.box.com", "https://api.box.com"},
                                                        {"https://api.box.com/", "https://api.box.com"},
                                                        {"https://api.box.com:8443", "https://api.box.com:8443"},
                                                        {"http://127.0.0.1:80", "http://127.0.0.1:80"},
                                                        {"http://[::1]:80/", "http://[::1]:80"},
                                                        {"http://localhost", "http://localhost"}};
    for (const auto& [text, expected] : good) {
        BOOST_TEST_CONTEXT(text) {
            const auto value = parse_base_url(text);
            BOOST_REQUIRE_MESSAGE(value.has_value(), value.error().text);
            BOOST_TEST(*value == expected);
        }
    }
    const std::pair<const char*, const char*> bad[] = {
        {"api.box.com", "not a URL"},
        {"ftp://api.box.com", "the scheme must be https"},
        {"https://", "no host"},
        {"https://api.box.com/2.0", "must end after the host and port"},
        {"https://api.box.com?x", "must end after the host and port"},
        {"https://api.box.com#x", "must end after the host and port"},
        {"https://me:secret@api.box.com", "has no place in this URL"},
        {"https://api.box.com:99999", "the port"},
        {"http://api.box.com", "http would show Box's tokens"},
        {"http://10.0.0.1", "http would show Box's tokens"},
        {"http://localhost.example.com", "http would show Box's tokens"}};
    for (const auto& [text, expected] : bad) {
        BOOST_TEST_CONTEXT(text) {
            const auto value = parse_base_url(text);
            BOOST_REQUIRE(value.has_error());
            BOOST_TEST(value.error().text.find(expected) != std::string::npos, value.error().text);
            BOOST_TEST(value.error().text.find("secret") == std::string::npos, value.error().text);
        }
    }
}

BOOST_AUTO_TEST_CASE(proxy_urls) {
    const auto full = parse_proxy_url("http://me:p%40ss%3Aword@proxy.corp.example:8080");
    BOOST_REQUIRE(full.has_value());
    BOOST_TEST(full->host == "proxy.corp.example");
    BOOST_TEST(full->port == 8080);
    BOOST_TEST(full->user == "me");
    BOOST_TEST(full->password.reveal() == "p@ss:word");
    const auto plain = parse_proxy_url("http://[2001:db8::1]/");
    BOOST_REQUIRE(plain.has_value());
    BOOST_TEST(plain->host == "2001:db8::1");
    BOOST_TEST(plain->port == 3128);
    BOOST_TEST(plain->user == "");

    const std::pair<const char*, const char*> bad[] = {{"proxy:3128", "is http"},
                                                       {"https://proxy:3128", "is http"},
                                                       {"socks5://proxy", "is http"},
                                                       {"http://", "no host"},
                                                       {"http://proxy/path", "must end after"},
                                                       {"http://:secret@proxy", "without a user"},
                                                       {"http://me:sec^ret@proxy", "not a URL"}};
    for (const auto& [text, expected] : bad) {
        BOOST_TEST_CONTEXT(text) {
            const auto value = parse_proxy_url(text);
            BOOST_REQUIRE(value.has_error());
            BOOST_TEST(value.error().text.find(expected) != std::string::npos, value.error().text);
            BOOST_TEST(value.error().text.find("sec") == std::string::npos, value.error().text);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
