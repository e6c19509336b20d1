#include "protocol/ftp/charset.hpp"

#include <boost/test/unit_test.hpp>

namespace boxgate::testing {

BOOST_AUTO_TEST_SUITE(charset)

using ftp::charset;

BOOST_AUTO_TEST_CASE(utf8_is_checked_and_left_as_it_is) {
    const charset utf8;
    BOOST_TEST(utf8.is_utf8());
    BOOST_TEST(utf8.to_utf8("größe 日本").value_or("") == "größe 日本");
    BOOST_TEST(utf8.to_utf8("").value_or("x") == "");
    for (const auto* bad : {"\xff",
                            "gr\xf6\xdf"
                            "e",
                            "\xc3", "\xe6\x97", "\xc0\xaf", "\xed\xa0\x80", "a\x80"}) {
        BOOST_TEST(!utf8.to_utf8(bad).has_value());
    }
}

BOOST_AUTO_TEST_CASE(western_and_japanese_names_go_both_ways) {
    const auto western = charset::find("CP1252");
    BOOST_REQUIRE(western);
    BOOST_TEST(western
                   ->to_utf8("gr\xf6\xdf"
                             "e \x80")
                   .value_or("") == "größe €");
    BOOST_TEST(western->from_utf8("größe €") ==
               "gr\xf6\xdf"
               "e \x80");
    const auto japanese = charset::find("CP932");
    BOOST_REQUIRE(japanese);
    BOOST_TEST(japanese->to_utf8("\x93\xfa\x96\x7b").value_or("") == "日本");
    BOOST_TEST(japanese->from_utf8("日本") == "\x93\xfa\x96\x7b");
}

BOOST_AUTO_TEST_CASE(a_character_that_a_charset_lacks_becomes_a_question_mark) {
    const auto western = charset::find("CP1252");
    BOOST_REQUIRE(western);
    BOOST_TEST(western->from_utf8("a日本b") == "a??b");
    BOOST_TEST(western->from_utf8("日") == "?");
    BOOST_TEST(western->from_utf8("a\xff"
                                  "b") == "a?b");
}

BOOST_AUTO_TEST_CASE(long_texts_are_converted_whole) {
    const auto western = charset::find("CP1252");
    BOOST_REQUIRE(western);
    std::string utf8, bytes;
    for (int i = 0; i < 3000; ++i) utf8 += "ä", bytes += '\xe4';
    BOOST_TEST((western->from_utf8(utf8) == bytes));
    BOOST_TEST((western->to_utf8(bytes) == utf8));
}

BOOST_AUTO_TEST_CASE(a_charset_without_ascii_or_without_a_name_is_none) {
    BOOST_TEST(!charset::find("no such charset"));
    BOOST_TEST(!charset::find("UTF-16"));
    BOOST_TEST(!charset::find("EBCDIC-US"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
