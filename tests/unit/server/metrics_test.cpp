#include "server/metrics.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(metrics)

BOOST_AUTO_TEST_CASE(what_was_told_is_in_the_text) {
    boxgate::server::prometheus_metrics counts;
    counts.operation("sftp", "upload", "ok", std::chrono::milliseconds(300));
    counts.operation("sftp", "upload", "ok", std::chrono::milliseconds(300));
    counts.moved("sftp", "upload", 1000);
    counts.login("password", "refused");
    counts.box_call("GET /2.0/users/me", 429, std::chrono::milliseconds(30));
    counts.waited("spool_room", std::chrono::milliseconds(300));
    counts.path_lookup("hit");
    counts.reload("kept");
    counts.set("sessions", 7);
    const auto text = counts.text();
    const char* const lines[] = {
        R"(boxgate_operations_total{outcome="ok",protocol="sftp",verb="upload"} 2)",
        R"(boxgate_operation_seconds_bucket{protocol="sftp",verb="upload",le="0.25"} 0)",
        R"(boxgate_operation_seconds_bucket{protocol="sftp",verb="upload",le="0.5"} 2)",
        R"(boxgate_transferred_bytes_total{protocol="sftp",verb="upload"} 1000)",
        R"(boxgate_credentials_total{method="password",outcome="refused"} 1)",
        R"(boxgate_box_calls_total{endpoint="GET /2.0/users/me",status="429"} 1)",
        R"(boxgate_wait_seconds_bucket{reason="spool_room",le="0.25"} 0)",
        R"(boxgate_wait_seconds_bucket{reason="spool_room",le="0.5"} 1)",
        R"(boxgate_path_lookups_total{outcome="hit"} 1)",
        R"(boxgate_users_reloads_total{outcome="kept"} 1)",
        R"(boxgate_in_use{thing="sessions"} 7)",
    };
    for (const auto* line : lines) BOOST_TEST(text.find(line) != std::string::npos, line << " is not in\n" << text);
}

BOOST_AUTO_TEST_SUITE_END()
