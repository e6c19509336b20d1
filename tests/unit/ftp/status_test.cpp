#include "protocol/ftp/status.hpp"

#include <boost/test/unit_test.hpp>

namespace boxgate::testing {

using ftp::asked;
using ftp::to_reply;
using storage::errc;
using storage::failure;

BOOST_AUTO_TEST_SUITE(status)

// RFC 959 section 5.4 lists which codes a command may be answered with.
BOOST_AUTO_TEST_CASE(each_outcome_has_its_code) {
    const std::vector<std::tuple<errc, int, int>> table{
        {errc::not_found, 550, 550},       {errc::exists, 553, 550},        {errc::is_a_directory, 550, 550},
        {errc::not_a_directory, 550, 550}, {errc::not_empty, 550, 550},     {errc::denied, 550, 550},
        {errc::read_only, 550, 550},       {errc::quota, 552, 552},         {errc::locked, 450, 450},
        {errc::changed, 451, 451},         {errc::busy, 450, 450},          {errc::rate_limited, 450, 450},
        {errc::unavailable, 451, 451},     {errc::timeout, 451, 451},       {errc::too_large, 552, 552},
        {errc::bad_name, 553, 550},        {errc::not_supported, 502, 502}, {errc::aborted, 426, 426},
        {errc::internal, 451, 451},
    };
    BOOST_TEST(table.size() == static_cast<std::size_t>(errc::internal), "an outcome is not in this table");
    for (const auto& [code, of_file, of_directory] : table) {
        BOOST_TEST(to_reply(failure(code)).code == of_file, storage::to_string(code));
        BOOST_TEST(to_reply(failure(code), asked::directory).code == of_directory, storage::to_string(code));
    }
}

BOOST_AUTO_TEST_CASE(the_text_says_why_and_carries_what_support_needs) {
    failure why(errc::rate_limited, "Box is busy");
    why.box_request_id = "abc123";
    why.retry_after = std::chrono::seconds(7);
    BOOST_TEST(to_reply(why).text == "Box is busy; try again in 7 s (Box request abc123)");
    why.detail = "Box says: try again in 7 s";
    BOOST_TEST(to_reply(why).text == "Box says: try again in 7 s (Box request abc123)");
    BOOST_TEST(to_reply(failure(errc::not_found)).text == "not_found");
}

BOOST_AUTO_TEST_CASE(room_that_comes_free_again_is_no_final_answer) {
    failure full(errc::quota, "the gateway's spool stays full of other uploads");
    full.retry_after = std::chrono::seconds(60);
    BOOST_TEST(to_reply(full).code == 452);
}

BOOST_AUTO_TEST_CASE(a_reply_is_one_line_whatever_the_text_holds) {
    BOOST_TEST(to_reply(failure(errc::not_found, "a\r\n226 b\x7f")).text == "a??226 b?");
    BOOST_TEST(ftp::printable("tab\t\x1b[0m ä") == "tab??[0m ä");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
