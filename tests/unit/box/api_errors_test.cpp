#include "box/api/errors.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(api_errors)

using boxgate::box::api::retry_after;
using boxgate::box::api::to_failure;
using boxgate::box::http::response;
using boxgate::storage::errc;
using namespace std::chrono_literals;

namespace {

response answer(unsigned status, std::string code = {}, std::string message = {}) {
    response what;
    what.status = status;
    if (!code.empty()) {
        what.body = R"({"type":"error","code":")" + code + R"(","message":")" + message + R"(","request_id":"r1"})";
    }
    return what;
}

struct expectation {
    unsigned status;
    const char* code;
    errc means;
};

}  // namespace

BOOST_AUTO_TEST_CASE(every_error_of_box_has_its_meaning) {
    const expectation table[] = {
        {400, "item_name_invalid", errc::bad_name},
        {400, "item_name_too_long", errc::bad_name},
        {400, "folder_not_empty", errc::not_empty},
        {400, "cyclical_folder_structure", errc::bad_name},
        {400, "bad_request", errc::internal},
        {400, "bad_digest", errc::changed},
        {400, "terms_of_service_required", errc::denied},
        {401, "unauthorized", errc::denied},
        {401, "", errc::denied},
        {403, "access_denied_insufficient_permissions", errc::denied},
        {403, "access_denied_item_locked", errc::locked},
        {403, "forbidden_by_policy", errc::denied},
        {403, "storage_limit_exceeded", errc::quota},
        {409, "storage_limit_exceeded", errc::quota},
        {507, "", errc::quota},
        {403, "file_size_limit_exceeded", errc::too_large},
        {413, "", errc::too_large},
        {404, "not_found", errc::not_found},
        {404, "trashed", errc::not_found},
        {404, "", errc::not_found},
        {405, "method_not_allowed", errc::not_found},
        {409, "item_name_in_use", errc::exists},
        {409, "operation_blocked_temporary", errc::busy},
        {409, "name_temporarily_reserved", errc::busy},
        {409, "", errc::exists},
        {410, "session_expired", errc::aborted},
        {412, "precondition_failed", errc::changed},
        {418, "", errc::internal},
        {429, "rate_limit_exceeded", errc::rate_limited},
        {500, "internal_server_error", errc::unavailable},
        {502, "", errc::unavailable},
        {503, "unavailable", errc::unavailable},
        {504, "", errc::unavailable},
        {509, "", errc::unavailable},
    };
    for (const auto& row : table) {
        const auto what = to_failure(answer(row.status, row.code, "words"));
        BOOST_TEST(what.code == row.means, row.status << ' ' << row.code << ": " << what);
        BOOST_TEST(!what.detail.empty());
    }
}

BOOST_AUTO_TEST_CASE(box_s_own_words_are_added_where_ours_are_general) {
    BOOST_TEST(to_failure(answer(400, "bad_request", "limit is bad")).detail.find("limit is bad") != std::string::npos);
    BOOST_TEST(to_failure(answer(409, "item_name_in_use", "Item with")).detail.find("Item with") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(words_from_outside_stay_one_line_of_bearable_length) {
    const auto what =
        to_failure(answer(400, "bad_request", "a\\r\\n226 done\\u0000\\u001b[2J" + std::string(5000, 'x')));
    BOOST_TEST(what.detail.size() < 400U);
    BOOST_TEST(std::none_of(what.detail.begin(), what.detail.end(), [](unsigned char c) { return c < 0x20; }));
}

BOOST_AUTO_TEST_CASE(box_s_reference_comes_from_the_body_or_the_header) {
    auto what = answer(404, "not_found", "gone");
    what.headers.add("BOX-REQUEST-ID", "h1");
    BOOST_TEST(to_failure(what).box_request_id == "r1");
    what.body.clear();
    BOOST_TEST(to_failure(what).box_request_id == "h1");
}

BOOST_AUTO_TEST_CASE(an_app_that_may_not_act_for_users_is_told_what_to_switch_on) {
    auto what = answer(403);
    what.headers.add("WWW-Authenticate",
                     R"(Bearer realm="Service", error="insufficient_scope", error_description="The request requires)");
    BOOST_TEST(to_failure(what).code == errc::denied);
    BOOST_TEST(to_failure(what).detail.find("as-user") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_unknown_user_is_no_missing_file) {
    const auto what = to_failure(answer(404, "not_found", "On-Behalf-Of User not found"));
    BOOST_TEST(what.code == errc::denied);
    BOOST_TEST(what.box_request_id == "r1");
}

BOOST_AUTO_TEST_CASE(retry_after_is_seconds_and_nothing_else) {
    auto what = answer(429);
    BOOST_TEST(!retry_after(what).has_value());
    what.headers.set("retry-after", "100");
    BOOST_TEST((retry_after(what) == 100s));
    BOOST_TEST((to_failure(what).retry_after == 100s));
    what.headers.set("retry-after", "999999");
    BOOST_TEST((retry_after(what) == 3600s));
    for (const auto* text : {"", "-1", "1.5", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "99999999999999999999"}) {
        what.headers.set("retry-after", text);
        BOOST_TEST(!retry_after(what).has_value(), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
