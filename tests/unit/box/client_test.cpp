#include "box/client.hpp"

#include "box/identity.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/scripted_transport.hpp"
#include "tests/support/text_body.hpp"
#include "tests/unit/box/rsa_key.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(client)

namespace asio = boost::asio;
using namespace boxgate;
using namespace std::chrono_literals;
using box::call;
using box::call_error;
using box::call_kind;
using box::http::method;
using boxgate::testing::fake_clock;
using boxgate::testing::run_coro;
using boxgate::testing::scripted_transport;
using boxgate::testing::text_body;
using boxgate::testing::transport_script;
using storage::errc;

namespace {

// A client whose Box is a script and whose waiting takes no time.
struct lab {
    explicit lab(std::string as_user = "33", box::options settings = box::options()) {
        const auto pause = [this](std::chrono::milliseconds length) -> asio::awaitable<void> {
            pauses.push_back(length);
            steady += length;
            co_return;
        };
        box::rate_limiter limits(box::call_budgets(0, 0), nullptr);
        const box::waiting how(pause, [this] { return steady; });
        auto pace = std::make_shared<box::pacer>(std::move(limits), down, how);
        auto provider = std::make_shared<box::token_provider>(std::make_shared<conf::box_app>(testing::test_app()),
                                                              "https://api.box.com", sign_in, time, log, pause);
        who = std::make_shared<box::identity>("app/ann", provider, std::move(as_user), std::move(pace));
        tokens->answers(200, R"({"access_token":"tok-1","expires_in":3600})");
        tokens->answers(200, R"({"access_token":"tok-2","expires_in":3600})");
        subject =
            box::make_client(std::make_unique<scripted_transport>(api), context.get_executor(), settings, log, pause);
    }

    auto perform(call_kind kind, std::string url = "https://api.box.com/2.0/x",
                 std::shared_ptr<text_body> body = nullptr) {
        box::http::request request(kind == call_kind::read ? method::get : method::post, std::move(url));
        if (body) request.body = std::shared_ptr<box::http::body_source>(std::move(body));
        return run_coro(context, subject->perform(who, call(kind, std::move(request))));
    }
    unsigned status(call_kind kind) { return perform(kind).value().status; }
    call_error fault(call_kind kind) { return perform(kind).error(); }

    std::string token_of(std::size_t n) const { return std::string(api->requests().at(n).headers["Authorization"]); }
    std::size_t calls() const { return api->requests().size(); }

    asio::io_context context;
    fake_clock time;
    std::vector<std::string> lines;
    runtime::log log{runtime::log_format::human, runtime::log_level::debug,
                     [this](std::string_view line) { lines.emplace_back(line); }};
    std::shared_ptr<transport_script> tokens = std::make_shared<transport_script>(context.get_executor());
    std::shared_ptr<transport_script> api = std::make_shared<transport_script>(context.get_executor());
    scripted_transport sign_in{tokens};
    std::vector<std::chrono::milliseconds> pauses;
    std::chrono::steady_clock::time_point steady;
    std::shared_ptr<box::outage> down = std::make_shared<box::outage>();
    std::shared_ptr<box::identity> who;
    std::unique_ptr<box::client> subject;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_call_carries_the_token_and_the_user_it_is_made_for) {
    lab box;
    box.api->answers(200, "{}");
    BOOST_TEST(box.status(call_kind::read) == 200U);
    BOOST_TEST(box.token_of(0) == "Bearer tok-1");
    BOOST_TEST(box.api->requests()[0].headers["as-user"] == "33");
}

BOOST_AUTO_TEST_CASE(the_service_account_itself_is_nobody_s_user) {
    lab box("");
    box.api->answers(200, "{}");
    BOOST_TEST(box.status(call_kind::read) == 200U);
    BOOST_TEST(!box.api->requests()[0].headers.contains("as-user"));
}

BOOST_AUTO_TEST_CASE(a_token_goes_to_no_stranger) {
    lab box;
    const auto refused = box.perform(call_kind::read, "https://api.box.com.evil.example/2.0/x");
    BOOST_TEST(refused.error().what.code == errc::internal);
    BOOST_TEST(!refused.error().may_have_been_applied);
    BOOST_TEST(box.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(a_refused_token_is_renewed_once) {
    lab box;
    box.api->answers(401).answers(200, "{}");
    BOOST_TEST(box.status(call_kind::change) == 200U);
    BOOST_TEST(box.token_of(0) == "Bearer tok-1");
    BOOST_TEST(box.token_of(1) == "Bearer tok-2");
    BOOST_TEST(box.pauses.empty());
}

BOOST_AUTO_TEST_CASE(a_second_refusal_is_final) {
    lab box;
    box.api->answers(401).answers(401);
    BOOST_TEST(box.status(call_kind::read) == 401U);
    BOOST_TEST(box.calls() == 2U);
}

BOOST_AUTO_TEST_CASE(answers_that_the_caller_must_judge_are_handed_on) {
    for (const unsigned status : {200U, 201U, 202U, 204U, 302U, 304U, 400U, 403U, 404U, 409U, 410U, 412U, 507U}) {
        lab box;
        box.api->answers(status);
        BOOST_TEST(box.status(call_kind::change) == status);
        BOOST_TEST(box.calls() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_rate_limit_is_waited_out_even_by_changes) {
    lab box;
    box.api->answers(429, "", {{"retry-after", "3"}}).answers(429, "", {{"Retry-After", "5"}}).answers(201);
    BOOST_TEST(box.status(call_kind::upload) == 201U);
    BOOST_REQUIRE(box.pauses.size() == 2U);
    BOOST_TEST((box.pauses[0] == 3s));
    BOOST_TEST((box.pauses[1] == 5s));
}

BOOST_AUTO_TEST_CASE(a_rate_limit_that_is_too_long_is_told_with_its_time) {
    lab box;
    box.api->answers(429, R"({"code":"rate_limit_exceeded"})", {{"Retry-After", "10"}})
        .answers(429, R"({"code":"rate_limit_exceeded"})", {{"Retry-After", "100"}});
    const auto why = box.fault(call_kind::change);
    BOOST_TEST(why.what.code == errc::rate_limited);
    BOOST_TEST((why.what.retry_after == 100s));
    BOOST_TEST(!why.may_have_been_applied);
    BOOST_TEST(box.pauses.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_rate_limit_of_zero_seconds_is_not_hammered) {
    lab box;
    for (int i = 0; i < 5; ++i) box.api->answers(429, "", {{"Retry-After", "0"}});
    BOOST_TEST(box.fault(call_kind::read).what.code == errc::rate_limited);
    BOOST_TEST(box.api->unplayed() == 0U);
    for (const auto& pause : box.pauses) BOOST_TEST((pause >= 100ms));
}

BOOST_AUTO_TEST_CASE(while_box_wants_silence_nobody_is_heard) {
    lab box;
    box.api->answers(429, R"({"code":"rate_limit_exceeded"})", {{"Retry-After", "100"}});
    BOOST_TEST(box.fault(call_kind::change).what.code == errc::rate_limited);
    // Another session of the same user: no call, and the time that is left.
    box.steady += 30s;
    const auto why = box.fault(call_kind::read);
    BOOST_TEST(why.what.code == errc::rate_limited);
    BOOST_TEST((why.what.retry_after == 70s));
    BOOST_TEST(box.calls() == 1U);
    // And when it is short enough, it is waited for.
    box.steady += 60s;
    box.api->answers(200, "{}");
    BOOST_TEST(box.status(call_kind::read) == 200U);
    BOOST_TEST((box.pauses.back() == 10s));
}

BOOST_AUTO_TEST_CASE(a_place_that_is_blocked_for_a_moment_is_waited_for) {
    for (const char* code : {"operation_blocked_temporary", "name_temporarily_reserved"}) {
        lab box;
        const auto body = std::string(R"({"code":")") + code + "\"}";
        box.api->answers(409, body).answers(409, body).answers(201);
        BOOST_TEST(box.status(call_kind::change) == 201U);
        BOOST_TEST(box.pauses.size() == 2U);
        for (int i = 0; i < 20; ++i) box.api->answers(409, body);
        BOOST_TEST(box.status(call_kind::change) == 409U);
        BOOST_TEST(box.api->unplayed() > 5U);
    }
    lab box;
    box.api->answers(409, R"({"code":"item_name_in_use"})");
    BOOST_TEST(box.status(call_kind::change) == 409U);
    BOOST_TEST(box.pauses.empty());
}

BOOST_AUTO_TEST_CASE(when_box_is_down_everybody_is_told_at_once) {
    lab box;
    for (int i = 0; i < 40; ++i) box.api->fails(errc::unavailable, false);
    unsigned asked = 0;
    while (!box.down->is_open()) {
        BOOST_REQUIRE(++asked < 10);
        BOOST_TEST(box.fault(call_kind::read).what.code == errc::unavailable);
    }
    const auto calls = box.calls();
    const auto pauses = box.pauses.size();
    const auto why = box.fault(call_kind::change);
    BOOST_TEST(why.what.code == errc::unavailable);
    BOOST_TEST(why.what.detail.find("scripted fault") != std::string::npos);
    BOOST_TEST(!why.may_have_been_applied);
    BOOST_TEST(box.calls() == calls);
    BOOST_TEST(box.pauses.size() == pauses);
}

BOOST_AUTO_TEST_CASE(one_answer_ends_an_outage) {
    lab box;
    for (int i = 0; i < 10; ++i) box.down->failed("no route", box.steady + i * 1s);
    BOOST_REQUIRE(box.down->is_open());
    box.steady += 20s;
    box.api->answers(404);
    BOOST_TEST(box.status(call_kind::read) == 404U);
    BOOST_TEST(!box.down->is_open());
    BOOST_TEST(!box.down->is_troubled());
}

BOOST_AUTO_TEST_CASE(box_is_asked_for_silence_towards_people_where_that_is_set) {
    lab loud;
    loud.api->answers(200, "{}");
    BOOST_TEST(loud.status(call_kind::change) == 200U);
    BOOST_TEST(!loud.api->requests()[0].headers.contains("box-notifications"));
    box::options settings;
    settings.notifications = false;
    lab quiet("33", settings);
    quiet.api->answers(200, "{}");
    BOOST_TEST(quiet.status(call_kind::change) == 200U);
    BOOST_TEST(quiet.api->requests()[0].headers["box-notifications"] == "off");
}

BOOST_AUTO_TEST_CASE(reads_outlast_server_errors) {
    lab box;
    box.api->answers(500).answers(502).answers(503, "", {{"Retry-After", "2"}}).answers(504).answers(200, "{}");
    BOOST_TEST(box.status(call_kind::read) == 200U);
    BOOST_TEST((box.pauses.at(2) == 2s));
    for (int i = 0; i < 5; ++i) box.api->answers(503);
    const auto why = box.fault(call_kind::read);
    BOOST_TEST(why.what.code == errc::unavailable);
    BOOST_TEST(!why.may_have_been_applied);
    BOOST_TEST(box.api->unplayed() == 0U);
}

BOOST_AUTO_TEST_CASE(a_change_answered_with_a_server_error_may_have_happened) {
    for (const auto kind : {call_kind::change, call_kind::upload}) {
        lab box;
        box.api->answers(503, R"({"code":"unavailable","request_id":"r9"})");
        const auto why = box.fault(kind);
        BOOST_TEST(why.what.code == errc::unavailable);
        BOOST_TEST(why.what.box_request_id == "r9");
        BOOST_TEST(why.may_have_been_applied);
        BOOST_TEST(box.calls() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(reads_outlast_broken_connections) {
    lab box;
    box.api->fails(errc::unavailable, true).fails(errc::timeout, true).answers(200, "{}");
    BOOST_TEST(box.status(call_kind::read) == 200U);
    for (int i = 0; i < 5; ++i) box.api->fails(errc::unavailable, true);
    BOOST_TEST(!box.fault(call_kind::read).may_have_been_applied);
    BOOST_TEST(box.api->unplayed() == 0U);
}

BOOST_AUTO_TEST_CASE(a_change_is_repeated_only_if_box_cannot_have_seen_it) {
    lab box;
    box.api->fails(errc::unavailable, false).answers(201);
    BOOST_TEST(box.status(call_kind::change) == 201U);
    box.api->fails(errc::unavailable, true);
    const auto why = box.fault(call_kind::change);
    BOOST_TEST(why.what.code == errc::unavailable);
    BOOST_TEST(why.may_have_been_applied);
    BOOST_TEST(box.calls() == 3U);
}

BOOST_AUTO_TEST_CASE(faults_that_do_not_pass_are_not_repeated) {
    lab box;
    box.api->fails(errc::aborted, true);
    BOOST_TEST(box.fault(call_kind::read).what.code == errc::aborted);
    BOOST_TEST(box.calls() == 1U);
}

BOOST_AUTO_TEST_CASE(a_body_is_sent_again_from_its_start) {
    lab box;
    const auto body = std::make_shared<text_body>(std::vector<std::string>{"ab", "cd"});
    box.api->answers(401).answers(429, "", {{"Retry-After", "1"}}).fails(errc::unavailable, false).answers(201);
    BOOST_TEST(box.perform(call_kind::upload, "https://upload.box.com/x", body).value().status == 201U);
    BOOST_TEST(body->rewinds() == 3U);
    BOOST_REQUIRE(box.calls() == 4U);
    for (const auto& request : box.api->requests()) BOOST_TEST(request.body == "abcd");
}

BOOST_AUTO_TEST_CASE(a_body_that_cannot_be_sent_again_is_not) {
    const auto body = std::make_shared<text_body>(std::vector<std::string>{"ab"});
    body->refuse_rewind();
    {
        lab box;
        box.api->answers(401);
        BOOST_TEST(box.perform(call_kind::upload, "https://upload.box.com/x", body).value().status == 401U);
    }
    {
        lab box;
        box.api->answers(429, "", {{"Retry-After", "1"}});
        BOOST_TEST(box.perform(call_kind::upload, "https://upload.box.com/x", body).error().what.code ==
                   errc::rate_limited);
    }
    {
        lab box;
        box.api->fails(errc::unavailable, false);
        BOOST_TEST(box.perform(call_kind::upload, "https://upload.box.com/x", body).error().what.code ==
                   errc::unavailable);
    }
}

BOOST_AUTO_TEST_CASE(without_a_token_nothing_is_asked) {
    lab box;
    box.tokens = std::make_shared<transport_script>(box.context.get_executor());
    box.sign_in = scripted_transport(box.tokens);
    box.tokens->answers(400, R"({"error":"invalid_client","error_description":"The client credentials are invalid"})");
    const auto why = box.fault(call_kind::change);
    BOOST_TEST(why.what.code == errc::denied);
    BOOST_TEST(!why.may_have_been_applied);
    BOOST_TEST(box.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(data_hosts_see_no_token_and_no_user) {
    lab box;
    box.api->answers(206, "x");
    const auto got =
        run_coro(box.context, box.subject->fetch(box::http::request(method::get, "https://dl.boxcloud.com/d/1")));
    BOOST_TEST(got.value().status == 206U);
    BOOST_TEST(!box.api->requests()[0].headers.contains("Authorization"));
    BOOST_TEST(!box.api->requests()[0].headers.contains("As-User"));
    BOOST_TEST(box.tokens->requests().empty());
}

BOOST_AUTO_TEST_CASE(data_is_not_fetched_in_the_clear) {
    lab box;
    const auto got =
        run_coro(box.context, box.subject->fetch(box::http::request(method::get, "http://dl.boxcloud.com/d/1")));
    BOOST_TEST(got.error().what.code == errc::unavailable);
    BOOST_TEST(box.calls() == 0U);
}

BOOST_AUTO_TEST_CASE(no_token_is_logged) {
    lab box;
    box.api->answers(429, "", {{"Retry-After", "3"}}).answers(500).fails(errc::unavailable, true).answers(200, "{}");
    BOOST_TEST(box.status(call_kind::read) == 200U);
    BOOST_TEST(!box.lines.empty());
    for (const auto& line : box.lines) BOOST_TEST(line.find("tok-1") == std::string::npos, line);
}

BOOST_AUTO_TEST_SUITE_END()
