#include "conf/settings/secret.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

// A suite is a namespace: inside it the class needs another name.
BOOST_AUTO_TEST_SUITE(secret)

using text_secret = boxgate::conf::secret;

BOOST_AUTO_TEST_CASE(it_is_not_printed) {
    std::ostringstream out;
    out << text_secret("open sesame");
    BOOST_TEST(out.str() == "***");
}

BOOST_AUTO_TEST_CASE(it_is_copied_and_moved) {
    text_secret first("open sesame");
    text_secret second(first);
    BOOST_TEST((second == first));
    const text_secret third(std::move(first));
    BOOST_TEST(first.empty());  // NOLINT: that is what is tested
    BOOST_TEST(third.reveal() == "open sesame");
    second = text_secret("other");
    BOOST_TEST(second.reveal() == "other");
    second = third;
    BOOST_TEST(second.reveal() == "open sesame");
}

BOOST_AUTO_TEST_SUITE_END()
