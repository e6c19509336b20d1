#include "box/jwt_assertion.hpp"

#include "tests/unit/box/rsa_key.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <set>

BOOST_AUTO_TEST_SUITE(jwt_assertion)

using boxgate::box::jwt_signer;
using boxgate::conf::box_app;
using boxgate::conf::secret;
using namespace boxgate::testing;

namespace {

const std::chrono::system_clock::time_point now{std::chrono::seconds(1700000000)};

box_app app_with(std::string pem, std::string passphrase) {
    auto app = test_app();
    app.private_key = secret(std::move(pem));
    app.private_key_passphrase = secret(std::move(passphrase));
    return app;
}

std::string refusal(std::string pem, std::string passphrase) {
    const auto made = jwt_signer::create(app_with(std::move(pem), std::move(passphrase)));
    if (made.has_value()) return "accepted";
    BOOST_TEST(made.error().code == boxgate::storage::errc::denied);
    return made.error().detail;
}

bool says(const std::string& text, const char* words) {
    return text.find(words) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_assertion_is_what_box_wants_to_see) {
    const auto text = jwt_signer::create(test_app()).value().assertion(now, "0123456789abcdef");
    const auto first = text.find('.'), second = text.rfind('.');
    BOOST_REQUIRE(first != second);
    BOOST_TEST(text.find_first_of("+/=") == std::string::npos);

    const auto header = boost::json::parse(from_base64url(text.substr(0, first)));
    BOOST_TEST((header == boost::json::parse(R"({"alg":"RS256","typ":"JWT","kid":"abcd1234"})")));
    const auto claims = boost::json::parse(from_base64url(text.substr(first + 1, second - first - 1)));
    BOOST_TEST((claims == boost::json::parse(R"({"iss":"the-client","sub":"987654","box_sub_type":"enterprise",
        "aud":"https://api.box.com/oauth2/token","jti":"0123456789abcdef","exp":1700000045})")));
    BOOST_TEST(is_signed_by_test_key(text.substr(0, second), from_base64url(text.substr(second + 1))));
}

BOOST_AUTO_TEST_CASE(keys_are_read_in_each_form_that_box_or_openssl_writes) {
    BOOST_TEST(refusal(pkcs8("x y"), "x y") == "accepted");
    BOOST_TEST(refusal(traditional("x y"), "x y") == "accepted");
    BOOST_TEST(refusal(pkcs8(""), "") == "accepted");
    BOOST_TEST(refusal(pkcs8(""), "not needed") == "accepted");
}

BOOST_AUTO_TEST_CASE(a_key_that_cannot_be_read_says_why) {
    BOOST_TEST(says(refusal(pkcs8("right"), "wrong"), "private_key_passphrase is wrong"));
    BOOST_TEST(says(refusal(traditional("right"), "wrong"), "private_key_passphrase is wrong"));
    BOOST_TEST(says(refusal(pkcs8("right"), ""), "private_key_passphrase is missing"));
    BOOST_TEST(says(refusal("", ""), "not in PEM form"));
    BOOST_TEST(says(refusal("/etc/boxgate/key.pem", ""), "not in PEM form"));
    BOOST_TEST(says(refusal(pkcs8("").substr(0, 500), ""), "was cut when it was copied"));
    auto damaged = pkcs8("");
    damaged.erase(200, 40);
    BOOST_TEST(says(refusal(damaged, ""), "damaged"));
    BOOST_TEST(!says(refusal(pkcs8("right"), "hunter2"), "hunter2"));
}

BOOST_AUTO_TEST_CASE(a_key_that_is_not_rsa_is_refused) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* text = nullptr;
    const auto length = static_cast<std::size_t>(BIO_get_mem_data(out.get(), &text));
    BOOST_TEST(says(refusal(std::string(text, length), ""), "not an RSA key"));
}

BOOST_AUTO_TEST_CASE(the_form_carries_secrets_encoded) {
    BOOST_TEST(boxgate::box::token_request_form(test_app(), "h.c.s") ==
               "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&client_id=the-client"
               "&client_secret=s3cret%20%26%20more&assertion=h.c.s");
}

BOOST_AUTO_TEST_CASE(random_tokens_do_not_repeat) {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) seen.insert(boxgate::box::random_token(32));
    BOOST_TEST(seen.size() == 100U);
    for (const auto& token : seen) {
        BOOST_TEST(token.size() == 32U);
        BOOST_TEST(std::all_of(token.begin(), token.end(), [](unsigned char c) { return std::isalnum(c) != 0; }));
    }
}

BOOST_AUTO_TEST_SUITE_END()
