#include "conf/settings/text_file.hpp"

#include "tests/support/temp_dir.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

BOOST_AUTO_TEST_SUITE(text_file)

using boxgate::conf::read_text_file;

BOOST_AUTO_TEST_CASE(a_regular_file_is_read_whole) {
    const boxgate::testing::temp_dir dir;
    const std::string content(100'000, 'x');
    BOOST_TEST(*read_text_file(dir.write("f", content)) == content);
    BOOST_TEST(*read_text_file(dir.write("empty", "")) == "");
}

BOOST_AUTO_TEST_CASE(anything_else_is_refused_without_waiting) {
    const boxgate::testing::temp_dir dir;
    const auto pipe = dir / "pipe";
    BOOST_REQUIRE_EQUAL(::mkfifo(pipe.c_str(), 0600), 0);
    const std::pair<std::filesystem::path, const char*> cases[] = {
        {dir / "nothing", "No such file or directory"},
        {dir.path(), "it is not a regular file"},
        {pipe, "it is not a regular file"},
        {"/dev/zero", "it is not a regular file"},
        {dir.write("large", std::string(16 * 1024 * 1024 + 1, 'x')), "it is larger than 16 MiB"}};
    for (const auto& [path, expected] : cases) {
        BOOST_TEST_CONTEXT(path) {
            const auto text = read_text_file(path);
            BOOST_REQUIRE(text.has_error());
            BOOST_TEST(text.error().text == "cannot read " + path.string() + ": " + expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_secret_in_the_place_of_a_path_is_not_told) {
    for (const auto& text : {std::string(300, 'S'), std::string("-----BEGIN KEY\nSECRET")}) {
        const auto refused = read_text_file(text);
        BOOST_REQUIRE(refused.has_error());
        BOOST_TEST(refused.error().text.find('S') == std::string::npos, refused.error().text);
        BOOST_TEST(refused.error().text.find(std::to_string(text.size())) != std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
