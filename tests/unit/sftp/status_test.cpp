#include "protocol/sftp/status.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(status)

using namespace boxgate::sftp;
using boxgate::storage::errc;
using boxgate::storage::failure;

BOOST_AUTO_TEST_CASE(each_failure_has_its_code) {
    for (const auto code : {errc::not_found, errc::not_a_directory}) BOOST_TEST((status_of(code) == fx::no_such_file));
    for (const auto code : {errc::denied, errc::read_only}) BOOST_TEST((status_of(code) == fx::permission_denied));
    BOOST_TEST((status_of(errc::not_supported) == fx::op_unsupported));
    for (const auto code : {errc::exists, errc::is_a_directory, errc::not_empty, errc::quota, errc::locked,
                            errc::changed, errc::busy, errc::rate_limited, errc::unavailable, errc::timeout,
                            errc::too_large, errc::bad_name, errc::aborted, errc::internal}) {
        BOOST_TEST((status_of(code) == fx::failure));
    }
}

BOOST_AUTO_TEST_CASE(the_text_says_why_and_when_and_whom_to_ask) {
    failure what(errc::rate_limited, "Box asks to wait");
    what.retry_after = std::chrono::seconds(7);
    what.box_request_id = "abc123";
    BOOST_TEST(text_of(what) == "Box asks to wait; try again in 7 s (Box request id abc123)");
    BOOST_TEST(text_of(failure(errc::quota)) == "quota");
}

BOOST_AUTO_TEST_SUITE_END()
