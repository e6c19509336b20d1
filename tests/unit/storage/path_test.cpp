#include "protocol/storage/path.hpp"

#include <boost/test/unit_test.hpp>

// A suite is a namespace: inside it, its name must mean the class again.
BOOST_AUTO_TEST_SUITE(path)

using boxgate::storage::errc;
using boxgate::storage::path;

BOOST_AUTO_TEST_CASE(what_a_client_writes_becomes_an_absolute_path) {
    const auto here = path::parse("/a/b").value();
    const std::pair<const char*, const char*> cases[] = {
        {"/", "/"},
        {"", "/a/b"},
        {".", "/a/b"},
        {"./", "/a/b"},
        {"c", "/a/b/c"},
        {"c/", "/a/b/c"},
        {"//c//d", "/c/d"},
        {"c//d", "/a/b/c/d"},
        {"..", "/a"},
        {"../..", "/"},
        {"../../..", "/"},
        {"/..", "/"},
        {"/../../x", "/x"},
        {"c/../d", "/a/b/d"},
        {"c/./d", "/a/b/c/d"},
        {"/a/b/", "/a/b"},
        {"...", "/a/b/..."},
        {"..c", "/a/b/..c"},
        {"c..", "/a/b/c.."},
        {" ", "/a/b/ "},
        {"a\\b", "/a/b/a\\b"},
        {"\xff", "/a/b/\xff"},
    };
    for (const auto& [written, expected] : cases) {
        BOOST_TEST_CONTEXT("resolving '" << written << "'") {
            const auto resolved = here.resolve(written);
            BOOST_REQUIRE(!resolved.has_error());
            BOOST_TEST(resolved->string() == expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(nul_is_refused_wherever_it_stands) {
    using namespace std::string_view_literals;
    for (const auto written : {"\0"sv, "/\0"sv, "a\0"sv, "a\0/.."sv, "\0/../b"sv}) {
        const auto resolved = path::parse(written);
        BOOST_REQUIRE(resolved.has_error());
        BOOST_TEST(resolved.error().code == errc::bad_name);
        BOOST_TEST(!resolved.error().detail.empty());
    }
}

BOOST_AUTO_TEST_CASE(the_longest_path_is_taken_and_one_byte_more_is_not) {
    const std::string longest = "/" + std::string(path::max_length - 1, 'x');
    BOOST_TEST(path::parse(longest).value().string() == longest);
    BOOST_TEST(path::parse(longest + "x").error().code == errc::bad_name);
    // What counts is the result: ".." may take back what was too long.
    BOOST_TEST(path::parse(longest + "x/..").value().is_root());
}

BOOST_AUTO_TEST_CASE(relative_paths_count_their_base_towards_the_limit) {
    const auto deep = path::parse(std::string(path::max_length - 2, 'x')).value();
    BOOST_TEST(deep.resolve("y").error().code == errc::bad_name);
    BOOST_TEST(!deep.resolve("../y").has_error());
}

BOOST_AUTO_TEST_CASE(a_path_knows_its_name_parent_and_parts) {
    const auto file = path::parse("/a/b c/d.txt").value();
    BOOST_TEST(file.name() == "d.txt");
    BOOST_TEST(file.parent().string() == "/a/b c");
    BOOST_TEST((file.parts() == std::vector<std::string>{"a", "b c", "d.txt"}));
    BOOST_TEST(path::parse("/a").value().parent().is_root());
    BOOST_TEST(path::parse("/a").value().child("b").string() == "/a/b");
}

BOOST_AUTO_TEST_CASE(the_root_is_its_own_parent_and_has_no_name) {
    BOOST_TEST(path().is_root());
    BOOST_TEST(path().string() == "/");
    BOOST_TEST(path().name().empty());
    BOOST_TEST(path().parent().is_root());
    BOOST_TEST(path().parts().empty());
    BOOST_TEST(path().child("a").string() == "/a");
    BOOST_TEST(path::parse("/").value() == path());
}

BOOST_AUTO_TEST_CASE(within_means_the_same_or_below_and_never_a_longer_name) {
    const auto at = [](const char* text) { return path::parse(text).value(); };
    BOOST_TEST(at("/a/b").is_within(at("/a")));
    BOOST_TEST(at("/a").is_within(at("/a")));
    BOOST_TEST(at("/a").is_within(path()));
    BOOST_TEST(path().is_within(path()));
    BOOST_TEST(!at("/ab").is_within(at("/a")));
    BOOST_TEST(!at("/a").is_within(at("/a/b")));
    BOOST_TEST(!path().is_within(at("/a")));
}

BOOST_AUTO_TEST_SUITE_END()
