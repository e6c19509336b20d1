#include "protocol/ftp/command.hpp"

#include <boost/test/unit_test.hpp>

namespace boxgate::testing {

using namespace boxgate::ftp;

BOOST_AUTO_TEST_SUITE(command)

BOOST_AUTO_TEST_CASE(a_line_is_a_verb_in_upper_case_and_what_follows_one_space) {
    const auto check = [](std::string_view line, std::string_view verb, std::string_view argument) {
        const auto parsed = parse_command(line);
        BOOST_TEST(parsed.verb == verb, line);
        BOOST_TEST(parsed.argument == argument, line);
    };
    check("STOR name", "STOR", "name");
    check("stor  two  spaces ", "STOR", " two  spaces ");
    check("noop", "NOOP", "");
    check("NOOP ", "NOOP", "");
    check("", "", "");
    check(" USER x", "", "USER x");
    check("Pass p\xc3\xa4ss w\x01", "PASS", "p\xc3\xa4ss w\x01");
    check("\xc3\xa4", "\xc3\xa4", "");
}

BOOST_AUTO_TEST_CASE(the_first_word_is_cut_off) {
    BOOST_TEST(first_word("mlst type;size;").first == "MLST");
    BOOST_TEST(first_word("mlst type;size;").second == "type;size;");
    BOOST_TEST(first_word("help").first == "HELP");
    BOOST_TEST(first_word("help").second == "");
    BOOST_TEST(first_word("").first == "");
    BOOST_TEST(first_word("a ").second == "");
}

BOOST_AUTO_TEST_CASE(port_is_six_bytes) {
    BOOST_TEST(parse_port("192,0,2,1,4,1").address == "192.0.2.1");
    BOOST_TEST(parse_port("192,0,2,1,4,1").port == 1025);
    BOOST_TEST(parse_port("255,255,255,255,255,255").port == 65535);
    for (const auto* text :
         {"", "1,2", "1,2,3,4,5", "1,2,3,4,5,6,7", "256,0,0,1,4,1", "1,2,3,4,5,256", "1,2,3,4,5,-1", "1,2,3,4,5,",
          "a,2,3,4,5,6", "1, 2,3,4,5,6", "1.2.3.4.5.6", "1,2,3,4,5,6 ", "99999999999999999999,2,3,4,5,6"}) {
        BOOST_TEST(parse_port(text).address.empty(), text);
    }
}

BOOST_AUTO_TEST_CASE(eprt_is_a_protocol_an_address_and_a_port_between_any_delimiter) {
    BOOST_TEST(parse_eprt("|1|192.0.2.1|1025|").address == "192.0.2.1");
    BOOST_TEST(parse_eprt("|1|192.0.2.1|1025|").port == 1025);
    BOOST_TEST(parse_eprt("|2|2001:db8::1|65535|").address == "2001:db8::1");
    BOOST_TEST(parse_eprt("!1!192.0.2.1!1025!").port == 1025);
    for (const auto* text : {"", "|", "|||||", "|1|192.0.2.1|1025", "1|192.0.2.1|1025|", "|1|192.0.2.1|1025|x",
                             "|2|192.0.2.1|1025|", "|1|2001:db8::1|1025|", "|1|192.0.2.1|65536|", "|1|192.0.2.1||",
                             "|1|example.com|1025|", "|x|192.0.2.1|1025|", "|9|x|y|"}) {
        BOOST_TEST(parse_eprt(text).address.empty(), text);
    }
}

BOOST_AUTO_TEST_CASE(another_network_protocol_is_told_apart_from_nonsense) {
    BOOST_TEST(parse_eprt("|3|whatever|1025|").unknown_protocol);
    BOOST_TEST(!parse_eprt("|1|192.0.2.1|1025|").unknown_protocol);
    BOOST_TEST(!parse_eprt("|x|192.0.2.1|1025|").unknown_protocol);
}

BOOST_AUTO_TEST_CASE(options_of_ls_are_never_names) {
    for (const auto* options : {"-a", "-l", "-A", "-L", "-F", "-al", "-la -F", "-aLF", "-1", "--"}) {
        BOOST_TEST(without_list_options(options) == "", options);
        BOOST_TEST(without_list_options(std::string(options) + " name") == "name", options);
    }
    BOOST_TEST(without_list_options("name -l") == "name -l");
    BOOST_TEST(without_list_options("-l two words") == "two words");
    BOOST_TEST(without_list_options("-") == "-");
    BOOST_TEST(without_list_options("-2024.txt") == "-2024.txt");
    BOOST_TEST(without_list_options("./-l") == "./-l");
    BOOST_TEST(without_list_options("") == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace boxgate::testing
