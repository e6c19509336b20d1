#include "box/names.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(names)

using namespace boxgate::box;
using boxgate::storage::errc;

namespace {

const std::string composed = "\xc3\xa4";     // ä
const std::string decomposed = "a\xcc\x88";  // a and two dots

bool is_good(std::string_view name) {
    const auto checked = check_name(name);
    if (checked.has_error()) BOOST_TEST(checked.error().code == errc::bad_name);
    return checked.has_value();
}

}  // namespace

BOOST_AUTO_TEST_CASE(folding_takes_what_box_takes_for_one) {
    BOOST_TEST(fold("A.TXT") == fold("a.txt"));
    BOOST_TEST(fold(composed) == fold(decomposed));
    BOOST_TEST(fold("\xc3\x84") == fold(decomposed));  // Ä
    BOOST_TEST(fold("Stra\xc3\x9f"
                    "e") == fold("STRASSE"));
    BOOST_TEST(fold("a") != fold("b"));
    BOOST_TEST(fold("a.txt") != fold("a_txt"));
    BOOST_TEST(fold("") == "");
    BOOST_TEST(fold("\xff\xfe") == "\xff\xfe");
}

BOOST_AUTO_TEST_CASE(names_are_sent_composed) {
    BOOST_TEST(compose(decomposed + "B") == composed + "B");
    BOOST_TEST(is_same_name(composed, decomposed));
    BOOST_TEST(!is_same_name("a", "A"));
}

BOOST_AUTO_TEST_CASE(what_box_refuses_is_refused_before_it_is_asked) {
    BOOST_TEST(is_good("report (final) <1> : * ? |.txt"));
    BOOST_TEST(is_good(" leading"));
    BOOST_TEST(is_good("\xf0\x9f\x98\x80"));
    for (const std::string bad : {"", "trailing ", "a\\b", "a/b", "tab\tbed", "\x7f", "\xff", "cut \xc3"}) {
        BOOST_TEST(!is_good(bad), bad);
    }
    BOOST_TEST(!is_good(std::string("nul\0", 4)));
}

BOOST_AUTO_TEST_CASE(length_is_counted_in_characters) {
    std::string umlauts;
    for (int i = 0; i < 255; ++i) umlauts += composed;
    BOOST_TEST(is_good(umlauts));
    BOOST_TEST(!is_good(umlauts + "x"));
}

BOOST_AUTO_TEST_SUITE_END()
