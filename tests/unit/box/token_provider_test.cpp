#include "box/token_provider.hpp"

#include "tests/support/fake_clock.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/scripted_transport.hpp"
#include "tests/unit/box/rsa_key.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(token_provider)

namespace asio = boost::asio;
using namespace boxgate;
using namespace std::chrono_literals;
using boxgate::testing::fake_clock;
using boxgate::testing::run_coro;
using boxgate::testing::scripted_transport;
using boxgate::testing::test_app;
using boxgate::testing::transport_script;
using storage::errc;
using outcome = storage::result<std::string>;

namespace {

// A provider in front of a scripted Box; waiting moves the clock.
struct lab {
    explicit lab(conf::box_app app = test_app(), std::string user_id = {}) {
        const auto pause = [this](std::chrono::milliseconds length) -> asio::awaitable<void> {
            pauses.push_back(length);
            time.advance(length);
            co_return;
        };
        provider = std::make_shared<box::token_provider>(std::make_shared<conf::box_app>(std::move(app)),
                                                         "https://api.box.com", transport, time, log, pause,
                                                         box::token_subject(std::move(user_id)));
    }

    lab& grants(const std::string& token, const std::string& lifetime = "3600") {
        script->answers(200, R"({"access_token":")" + token + R"(","expires_in":)" + lifetime +
                                 R"(,"restricted_to":[],"token_type":"bearer"})");
        return *this;
    }
    lab& refuses(const std::string& error, const std::string& description, transport_script::header_list headers = {}) {
        script->answers(400, R"({"error":")" + error + R"(","error_description":")" + description + "\"}",
                        std::move(headers));
        return *this;
    }

    outcome token() { return run_coro(context, provider->token()); }
    // Lets what nobody waits for go on.
    void settle() {
        context.restart();
        context.poll();
    }
    std::string token_text() { return token().value(); }
    storage::failure fault() { return token().error(); }

    // The claims of the assertion in request `n`.
    boost::json::value claims(std::size_t n) const {
        const auto& form = script->requests().at(n).body;
        const auto jwt = form.substr(form.find("assertion=") + 10);
        const auto first = jwt.find('.'), second = jwt.rfind('.');
        return boost::json::parse(testing::from_base64url(jwt.substr(first + 1, second - first - 1)));
    }

    asio::io_context context;
    fake_clock time;
    std::vector<std::string> lines;
    runtime::log log{runtime::log_format::human, runtime::log_level::debug,
                     [this](std::string_view line) { lines.emplace_back(line); }};
    std::shared_ptr<transport_script> script = std::make_shared<transport_script>(context.get_executor());
    scripted_transport transport{script};
    std::vector<std::chrono::milliseconds> pauses;
    std::shared_ptr<box::token_provider> provider;
};

conf::box_app app_without_key() {
    auto app = test_app();
    app.public_key_id.clear();
    app.private_key = conf::secret();
    app.private_key_passphrase = conf::secret();
    return app;
}

bool says(const std::string& text, const char* words) {
    return text.find(words) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_user_s_token_is_asked_for_in_the_user_s_name) {
    lab box(test_app(), "33");
    box.grants("T1");
    BOOST_TEST(box.token_text() == "T1");
    BOOST_TEST(box.claims(0).at("sub").as_string() == "33");
    BOOST_TEST(box.claims(0).at("box_sub_type").as_string() == "user");
}

BOOST_AUTO_TEST_CASE(an_app_without_a_key_signs_in_by_its_secret) {
    lab box(app_without_key());
    box.grants("T1").grants("T2");
    BOOST_TEST(box.token_text() == "T1");
    BOOST_TEST(box.script->requests()[0].body ==
               "grant_type=client_credentials&client_id=the-client&client_secret=s3cret%20%26%20more"
               "&box_subject_type=enterprise&box_subject_id=987654");
    lab of_user(app_without_key(), "33");
    of_user.grants("T3");
    BOOST_TEST(of_user.token_text() == "T3");
    BOOST_TEST(says(of_user.script->requests()[0].body, "&box_subject_type=user&box_subject_id=33"));
}

BOOST_AUTO_TEST_CASE(refused_client_credentials_say_what_to_look_at) {
    lab box(app_without_key());
    box.refuses("invalid_grant", "Grant credentials are invalid");
    const auto why = box.fault();
    BOOST_TEST(why.code == errc::denied);
    BOOST_TEST(says(why.detail, "Client Credentials Grant"));
    lab user(test_app(), "33");
    user.refuses("invalid_request", "Cannot obtain user token based on the enterprise configuration for your app");
    BOOST_TEST(says(user.fault().detail, "Generate user access tokens"));
}

BOOST_AUTO_TEST_CASE(a_token_is_fetched_once_and_kept) {
    lab box;
    box.grants("T1");
    BOOST_TEST(box.token_text() == "T1");
    BOOST_TEST(box.token_text() == "T1");
    BOOST_REQUIRE(box.script->requests().size() == 1U);
    const auto& asked = box.script->requests()[0];
    BOOST_TEST((asked.method == box::http::method::post));
    BOOST_TEST(asked.url == "https://api.box.com/oauth2/token");
    BOOST_TEST(asked.headers["content-type"] == "application/x-www-form-urlencoded");
    BOOST_TEST(!asked.headers.contains("Authorization"));
    BOOST_TEST(box.claims(0).at("aud").as_string() == "https://api.box.com/oauth2/token");
}

BOOST_AUTO_TEST_CASE(a_token_is_renewed_before_it_expires) {
    lab box;
    box.grants("T1").grants("T2");
    BOOST_TEST(box.token_text() == "T1");
    box.time.advance(3600s - 181s);
    BOOST_TEST(box.token_text() == "T1");
    box.time.advance(1s);
    BOOST_TEST(box.token_text() == "T1", "the one that asks is not made to wait");
    box.settle();
    BOOST_TEST(box.token_text() == "T2");
}

BOOST_AUTO_TEST_CASE(a_renewal_that_hangs_holds_nobody_up_while_the_token_is_good) {
    lab box;
    box.grants("T1").grants("T2");
    BOOST_TEST(box.token_text() == "T1");
    box.time.advance(3600s - 60s);
    box.script->hold();
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(box.token_text() == "T1");
        box.settle();
        box.time.advance(19s);
    }
    BOOST_TEST(box.script->requests().size() == 2U);
    box.time.advance(3s);  // now it has expired
    std::optional<outcome> got;
    asio::co_spawn(box.context, box.provider->token(),
                   [&](std::exception_ptr, outcome token) { got.emplace(std::move(token)); });
    box.settle();
    BOOST_TEST(!got.has_value());
    box.script->release();
    box.settle();
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST(got->value() == "T2");
}

BOOST_AUTO_TEST_CASE(a_token_that_lives_briefly_is_used_for_most_of_its_life) {
    lab box;
    box.grants("T1", "10").grants("T2", "10");
    BOOST_TEST(box.token_text() == "T1");
    box.time.advance(7s);
    BOOST_TEST(box.token_text() == "T1");
    box.time.advance(1s);
    BOOST_TEST(box.token_text() == "T1");
    box.settle();
    BOOST_TEST(box.token_text() == "T2");
}

BOOST_AUTO_TEST_CASE(all_who_ask_at_once_share_one_call) {
    lab box;
    box.grants("T1");
    box.script->hold();
    std::vector<std::string> got;
    for (int i = 0; i < 20; ++i) {
        asio::co_spawn(box.context, box.provider->token(),
                       [&](std::exception_ptr, outcome token) { got.push_back(token.value()); });
    }
    box.context.poll();
    BOOST_TEST(got.empty());
    box.script->release();
    BOOST_TEST(box.token_text() == "T1");
    box.context.poll();
    BOOST_TEST(got.size() == 20U);
    BOOST_TEST(box.script->requests().size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_asker_that_leaves_takes_nothing_with_it) {
    using namespace asio::experimental::awaitable_operators;
    lab box;
    box.grants("T1");
    box.script->hold();
    asio::steady_timer soon(box.context, 1ms);
    auto impatient = box.provider->token() || soon.async_wait(asio::use_awaitable);
    BOOST_TEST(run_coro(box.context, std::move(impatient)).index() == 1U);
    box.script->release();
    BOOST_TEST(box.token_text() == "T1");
    BOOST_TEST(box.script->requests().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_refused_token_is_replaced_unless_it_has_been_already) {
    lab box;
    box.grants("T1").grants("T2");
    BOOST_TEST(box.token_text() == "T1");
    box.provider->invalidate("T1");
    BOOST_TEST(box.token_text() == "T2");
    box.provider->invalidate("T1");
    BOOST_TEST(box.token_text() == "T2");
    BOOST_TEST(box.script->unplayed() == 0U);
}

BOOST_AUTO_TEST_CASE(a_wrong_clock_is_corrected_by_box_s) {
    lab box;
    const auto ours = std::chrono::duration_cast<std::chrono::seconds>(box.time.now().time_since_epoch()).count();
    box.refuses("invalid_grant", "Please check the 'exp' claim.", {{"date", "Thu, 01 Jan 2026 02:00:00 GMT"}})
        .grants("T1")
        .grants("T2");
    BOOST_TEST(box.token_text() == "T1");
    BOOST_TEST(box.claims(0).at("exp").as_int64() == ours + 45);
    BOOST_TEST(box.claims(1).at("exp").as_int64() == ours + 7200 + 45);
    BOOST_TEST(box.claims(0).at("jti") != box.claims(1).at("jti"));
    box.provider->invalidate("T1");
    BOOST_TEST(box.token_text() == "T2");
    BOOST_TEST(box.claims(2).at("exp").as_int64() == ours + 7200 + 45);
}

BOOST_AUTO_TEST_CASE(an_assertion_id_that_was_seen_before_is_replaced) {
    lab box;
    box.refuses("invalid_grant", "Please check the 'jti' claim. A unique 'jti' value is required.").grants("T1");
    BOOST_TEST(box.token_text() == "T1");
    BOOST_TEST(box.claims(0).at("jti") != box.claims(1).at("jti"));
}

BOOST_AUTO_TEST_CASE(faults_of_the_configuration_are_told_in_box_s_words_and_ours_and_not_repeated) {
    const std::pair<const char*, const char*> cases[] = {
        {"unauthorized_client", "This app is not authorized by the enterprise"},
        {"invalid_client", "The client credentials are invalid"},
        {"invalid_grant", "Please check the 'sub' claim. The 'sub' specified is invalid."},
        {"invalid_grant", "Please check the 'kid' claim."},
    };
    const char* advice[] = {"have the Box admin authorise the app", "check client_id and client_secret",
                            "enterprise_id", "public_key_id"};
    for (std::size_t i = 0; i < std::size(cases); ++i) {
        lab box;
        box.refuses(cases[i].first, cases[i].second);
        const auto why = box.fault();
        BOOST_TEST(why.code == errc::denied);
        BOOST_TEST(says(why.detail, cases[i].second), why.detail);
        BOOST_TEST(says(why.detail, advice[i]), why.detail);
        BOOST_TEST(says(why.detail, "the-client"), why.detail);
        BOOST_TEST(box.script->requests().size() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_clock_that_cannot_be_corrected_ends_in_its_own_words) {
    lab box;
    for (int i = 0; i < 5; ++i) box.refuses("invalid_grant", "Please check the 'exp' claim.");
    BOOST_TEST(says(box.fault().detail, "the clock of this machine is wrong"));
    BOOST_TEST(box.script->unplayed() == 0U);
}

BOOST_AUTO_TEST_CASE(what_passes_is_waited_for) {
    lab box;
    box.script->fails(errc::unavailable, true).answers(503).answers(429, "", {{"Retry-After", "4"}});
    box.grants("T1");
    BOOST_TEST(box.token_text() == "T1");
    BOOST_REQUIRE(box.pauses.size() == 3U);
    BOOST_TEST((box.pauses[2] == 4s));
}

BOOST_AUTO_TEST_CASE(what_does_not_pass_is_given_up) {
    lab box;
    for (int i = 0; i < 5; ++i) box.script->fails(errc::unavailable, false);
    BOOST_TEST(box.fault().code == errc::unavailable);
    box.script->answers(429, "", {{"Retry-After", "100"}});
    const auto limited = box.fault();
    BOOST_TEST(limited.code == errc::rate_limited);
    BOOST_TEST((limited.retry_after == 100s));
    BOOST_TEST(box.script->unplayed() == 0U);
}

BOOST_AUTO_TEST_CASE(a_renewal_that_fails_leaves_a_token_that_still_holds) {
    lab box;
    box.grants("T1");
    BOOST_TEST(box.token_text() == "T1");
    box.time.advance(3600s - 120s);
    for (int i = 0; i < 5; ++i) box.script->fails(errc::unavailable, false);
    BOOST_TEST(box.token_text() == "T1");
    BOOST_TEST(box.token_text() == "T1");
    BOOST_TEST(box.script->unplayed() == 0U);
    box.time.advance(120s);
    for (int i = 0; i < 5; ++i) box.script->fails(errc::unavailable, false);
    BOOST_TEST(box.fault().code == errc::unavailable);
}

BOOST_AUTO_TEST_CASE(an_answer_without_a_token_is_a_fault) {
    for (const auto* body : {"", "<html>", "{}", R"({"access_token":7})", R"(["access_token"])"}) {
        lab box;
        box.script->answers(200, body);
        BOOST_TEST(box.fault().code == errc::unavailable, body);
    }
    lab box;
    box.script->answers(200, R"({"access_token":"T1"})");
    BOOST_TEST(box.token_text() == "T1");
}

BOOST_AUTO_TEST_CASE(a_refusal_that_is_not_box_s_names_its_status) {
    lab box;
    box.script->answers(404, "<html>not here</html>");
    BOOST_TEST(says(box.fault().detail, "404"));
}

BOOST_AUTO_TEST_CASE(a_key_that_cannot_be_read_asks_nobody) {
    auto app = test_app();
    app.private_key_passphrase = conf::secret("wrong");
    lab box(std::move(app));
    BOOST_TEST(says(box.fault().detail, "passphrase"));
    BOOST_TEST(says(box.fault().detail, "passphrase"));
    BOOST_TEST(box.script->requests().empty());
}

BOOST_AUTO_TEST_CASE(no_secret_reaches_the_log_or_a_failure) {
    lab box;
    box.refuses("invalid_grant", "Please check the 'exp' claim.", {{"Date", "Thu, 01 Jan 2026 02:00:00 GMT"}})
        .refuses("invalid_client", "The client credentials are invalid");
    auto told = box.fault().detail;
    BOOST_TEST(!box.lines.empty());
    for (const auto& line : box.lines) told += line;
    for (const auto* hidden : {"s3cret", "open sesame", "PRIVATE KEY", "eyJ"}) BOOST_TEST(!says(told, hidden), hidden);
}

BOOST_AUTO_TEST_SUITE_END()
