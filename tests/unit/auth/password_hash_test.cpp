#include "auth/password_hash.hpp"

#include "tests/unit/auth/user_settings_lab.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(password_hash)

using namespace boxgate::auth;
using boxgate::testing::bcrypt_hash;
using boxgate::testing::sha512_hash;

namespace {

const std::string cheap_yescrypt = "$y$j75$abcdefgh12345678$";  // a setting: N = 1024

bool matches(const std::string& password, const std::string& hash) {
    return crypt_hasher().matches(boxgate::conf::secret(password), hash);
}

}  // namespace

BOOST_AUTO_TEST_CASE(published_hashes_are_recomputed) {
    BOOST_TEST(matches("Hello world!", sha512_hash));
    BOOST_TEST(matches("U*U", bcrypt_hash));
}

BOOST_AUTO_TEST_CASE(a_password_that_differs_in_anything_does_not_match) {
    for (const auto* password :
         {"", "Hello world", "Hello world!!", "hello world!", " Hello world!", "Hello world!\n"}) {
        BOOST_TEST(!matches(password, sha512_hash), "'" << password << "'");
    }
    BOOST_TEST(!matches(sha512_hash, sha512_hash));
}

BOOST_AUTO_TEST_CASE(a_nul_ends_no_password) {
    using namespace std::string_literals;
    BOOST_TEST(!matches("Hello world!\0"s, sha512_hash));
    BOOST_TEST(!matches("Hello world!\0and more"s, sha512_hash));
    BOOST_TEST(!matches("\0"s, sha512_hash));
}

BOOST_AUTO_TEST_CASE(an_over_long_password_never_matches_not_even_what_stands_in_for_it) {
    const auto of_dash = hash_password(boxgate::conf::secret("-"));
    BOOST_TEST(matches("-", of_dash));
    BOOST_TEST(!matches(std::string(crypt_hasher::max_length + 1, 'x'), of_dash));
    BOOST_TEST(!matches(std::string(100000, '-'), of_dash));
    BOOST_TEST(!matches(std::string("-\0", 2), of_dash));
}

BOOST_AUTO_TEST_CASE(what_is_no_whole_hash_matches_nothing) {
    for (const auto& hash :
         {std::string(), std::string("*0"), std::string("*1"), std::string("open sesame"), std::string("$6$saltstring"),
          sha512_hash.substr(0, sha512_hash.size() - 1), sha512_hash + "x", bcrypt_hash.substr(0, 29), cheap_yescrypt,
          std::string("$6$"), std::string("$y$"), std::string("$2b$")}) {
        BOOST_TEST_CONTEXT("the hash '" << hash << "'") {
            BOOST_TEST(!matches("Hello world!", hash));
            BOOST_TEST(!matches("open sesame", hash));
            BOOST_TEST(!matches("", hash));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_fresh_hash_is_yescrypt_with_its_own_salt) {
    const boxgate::conf::secret password("open s\xc3\xa9same");
    const auto hash = hash_password(password);
    BOOST_TEST(hash.starts_with("$y$"), hash);
    BOOST_TEST(is_supported_hash(hash));
    BOOST_TEST(crypt_hasher().matches(password, hash));
    BOOST_TEST(!matches("open sesame", hash));
    BOOST_TEST(hash_password(password) != hash);
}

BOOST_AUTO_TEST_CASE(three_methods_are_supported_and_no_others) {
    for (const auto* hash :
         {"$6$salt$x", "$6$rounds=10000$salt$x", "$y$j9T$salt$x", "$2a$05$x", "$2b$12$x", "$2y$10$x"}) {
        BOOST_TEST(is_supported_hash(hash), hash);
    }
    for (const auto* hash :
         {"", "x", "*0", "$1$salt$x", "$5$salt$x", "$7$x", "$2x$05$x", "$2$05$x", "$2b$", "$gy$j9T$x", "open sesame"}) {
        BOOST_TEST(!is_supported_hash(hash), hash);
        BOOST_TEST(cost_rank(hash) == 0, hash);
    }
}

BOOST_AUTO_TEST_CASE(methods_rank_by_what_a_check_costs) {
    const char* const cheapest_first[] = {"$6$salt$x", "$y$j9T$salt$x", "$2b$10$x", "$2b$11$x", "$2y$12$x", "$2a$16$x"};
    for (std::size_t i = 1; i < std::size(cheapest_first); ++i) {
        BOOST_TEST(cost_rank(cheapest_first[i - 1]) < cost_rank(cheapest_first[i]), cheapest_first[i]);
    }
    BOOST_TEST(cost_rank("$2b$04$x") < cost_rank("$y$j9T$salt$x"));
    BOOST_TEST(cost_rank("$2a$12$x") == cost_rank("$2y$12$x"));
}

BOOST_AUTO_TEST_SUITE_END()
