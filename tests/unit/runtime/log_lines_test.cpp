#include "conf/runtime/log.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(log_lines)

namespace runtime = boxgate::runtime;

namespace {

std::string line_of(runtime::log_format format, std::string_view path) {
    std::string lines;
    const runtime::log to(format, runtime::log_level::info, [&](std::string_view line) { lines += line; });
    to.info("upload", {{"path", path}, {"bytes", 7}, {"ok", true}});
    return lines;
}

}  // namespace

// Names come from clients, who may have any bytes in them; the parser here takes nothing but UTF-8.
BOOST_AUTO_TEST_CASE(every_line_is_json_whatever_the_name) {
    const std::pair<std::string, std::string> cases[] = {
        {"/plain", "/plain"},
        {"/a \"b\" \\c", "/a \"b\" \\c"},
        {"/tab\tline\nnul" + std::string(1, '\0'), "/tab\tline\nnul" + std::string(1, '\0')},
        {"/Gr\xc3\xbc\xc3\x9f"
         "e",
         "/Gr\xc3\xbc\xc3\x9f"
         "e"},
        {"/Gr\xfc\xdf"
         "e",
         "/Gr\xef\xbf\xbd\xef\xbf\xbd"
         "e"},
        {"/cut\xe2\x82", "/cut\xef\xbf\xbd\xef\xbf\xbd"},
        {"/overlong\xc0\xaf", "/overlong\xef\xbf\xbd\xef\xbf\xbd"},
        {"/surrogate\xed\xa0\x80", "/surrogate\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"/csi\xc2\x9b"
         "31m\x7f",
         "/csi\xef\xbf\xbd"
         "31m\xef\xbf\xbd"},
        {"/\xf0\x9f\x93\x81", "/\xf0\x9f\x93\x81"},
    };
    for (const auto& [name, told] : cases) {
        const auto line = boost::json::parse(line_of(runtime::log_format::json, name)).as_object();
        BOOST_TEST(std::string(line.at("path").as_string()) == told);
        BOOST_TEST(line.at("event").as_string() == "upload");
        BOOST_TEST(line.at("bytes").as_int64() == 7);
        BOOST_TEST(line.at("ok").as_bool());
    }
}

BOOST_AUTO_TEST_CASE(a_line_for_people_holds_no_control_either) {
    const auto line = line_of(runtime::log_format::human, "/a\x1b[31m\xc2\x9b\nb");
    BOOST_TEST(line.find('\x1b') == std::string::npos);
    BOOST_TEST(line.find("\xc2\x9b") == std::string::npos);
    BOOST_TEST(line.find('\n') == line.size() - 1);
}

BOOST_AUTO_TEST_SUITE_END()
