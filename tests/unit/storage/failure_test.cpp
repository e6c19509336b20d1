#include "protocol/storage/failure.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <sstream>

BOOST_AUTO_TEST_SUITE(failure)

using boxgate::storage::errc;
using boxgate::storage::failure;
using boxgate::storage::result;

BOOST_AUTO_TEST_CASE(every_code_has_a_name_of_its_own) {
    std::set<std::string_view> names;
    int codes = 0;
    for (int code = static_cast<int>(errc::not_found); code <= static_cast<int>(errc::internal); ++code, ++codes) {
        names.insert(to_string(static_cast<errc>(code)));
    }
    BOOST_TEST(names.size() == static_cast<std::size_t>(codes));
    BOOST_TEST(!names.contains("unknown"));
}

BOOST_AUTO_TEST_CASE(a_failure_prints_its_code_and_its_sentence) {
    std::ostringstream out;
    out << failure(errc::quota, "the account is full") << '|' << failure(errc::busy);
    BOOST_TEST(out.str() == "quota: the account is full|busy");
}

BOOST_AUTO_TEST_CASE(asking_a_failed_result_for_its_value_throws_what_failed) {
    const result<int> failed = failure(errc::locked, "by Ann");
    BOOST_CHECK_EXCEPTION(failed.value(), boxgate::storage::failure_error, [](const auto& thrown) {
        return thrown.what_failed() == errc::locked &&
               std::string_view(thrown.what()).find("by Ann") != std::string::npos;
    });
}

BOOST_AUTO_TEST_SUITE_END()
