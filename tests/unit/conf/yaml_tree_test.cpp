#include "conf/settings/yaml_tree.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace boxgate::conf;

struct reading {
    explicit reading(std::string_view text) : root(read_yaml(text, "f", faults)) {}

    std::string told() const {
        std::string text;
        for (const auto& one : faults) text += to_string(one) + "\n";
        return text;
    }

    std::vector<fault> faults;
    yaml_node_ptr root;
};

std::string repeated(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(yaml_tree)

BOOST_AUTO_TEST_CASE(values_know_where_they_stand) {
    const reading read("# comment\na:\n  b: [x, 'y']\nc: |\n  text\n  more\nd:\n");
    BOOST_REQUIRE_MESSAGE(read.faults.empty(), read.told());
    BOOST_REQUIRE_EQUAL(read.root->map.size(), 3u);
    const auto& a = read.root->map[0];
    BOOST_TEST((a.at == text_position{2, 1}));
    const auto& list = *a.value->map[0].value;
    BOOST_TEST((list.at == text_position{3, 6}));
    BOOST_TEST((list.list[1]->at == text_position{3, 10}));
    BOOST_TEST(list.list[0]->plain);
    BOOST_TEST(!list.list[1]->plain);
    BOOST_TEST(read.root->map[1].value->text == "text\nmore\n");
    BOOST_TEST((read.root->map[2].value->what == yaml_node::kind::null));
}

BOOST_AUTO_TEST_CASE(an_empty_document_is_null) {
    for (const auto* text : {"", "\n\n", "# nothing\n", "---\n", "~\n"}) {
        const reading read(text);
        BOOST_TEST(read.told() == "");
        BOOST_REQUIRE(read.root);
        BOOST_TEST((read.root->what == yaml_node::kind::null));
    }
}

BOOST_AUTO_TEST_CASE(an_alias_is_the_value_of_its_anchor) {
    const reading read("a: &one {x: 1}\nb: *one\n");
    BOOST_REQUIRE_MESSAGE(read.faults.empty(), read.told());
    BOOST_TEST(read.root->map[0].value == read.root->map[1].value);
}

BOOST_AUTO_TEST_CASE(what_yaml_cpp_would_swallow_is_told) {
    const std::pair<const char*, const char*> cases[] = {
        {"a: 1\nb: 2\na: 3\n", "f:3:1: the key 'a' was given already in line 1; keep one of them\n"},
        {"{a: 1, 'a': 2}", "f:1:8: the key 'a' was given already in line 1; keep one of them\n"},
        {"x: &m {a: 1}\ny:\n  <<: *m\n  b: 2\n",
         "f:3:3: merging with << is not supported; an anchor and an alias for single values are\n"},
        {"[a]: 1\n", "f:1:1: a key must be a text\n"},
        {"a: !mine 3\n", "f:1:4: the tag !mine is unknown; leave it out\n"},
        {"a: 1\n---\nb: 2\n", "f:3:1: a second YAML document; one is allowed, so remove the line ---\n"},
        {"a: &x [*x]\n", "f:1:8: an alias inside the very value it stands for\n"},
    };
    for (const auto& [text, expected] : cases) {
        BOOST_TEST_CONTEXT("reading " << text) {
            BOOST_TEST(reading(text).told() == expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_first_of_two_equal_keys_is_kept) {
    const reading read("a: 1\na: 2\nb: 3\n");
    BOOST_REQUIRE_EQUAL(read.root->map.size(), 2u);
    BOOST_TEST(read.root->map[0].value->text == "1");
    BOOST_TEST(read.root->map[1].value->text == "3");
}

BOOST_AUTO_TEST_CASE(a_quoted_merge_sign_is_a_key) {
    BOOST_TEST(reading("'<<': 1\n").told() == "");
}

BOOST_AUTO_TEST_CASE(malformed_text_is_told_with_its_place) {
    const std::pair<const char*, const char*> cases[] = {
        {"a: [1, 2\nb: 3\n", "f:2:2: malformed YAML: "},
        {"a: 'x\n", "malformed YAML: "},
        {"a: b: c\n", "f:1:5: malformed YAML: "},
        {"a: *nothing\n", "f:1:4: malformed YAML: "},
        {"a: \"\\q\"\n", "malformed YAML: "},
        {"a:\n\t- b\n", "malformed YAML: "},
    };
    for (const auto& [text, expected] : cases) {
        BOOST_TEST_CONTEXT("reading " << text) {
            const reading read(text);
            BOOST_TEST(!read.root);
            BOOST_TEST(read.told().find(expected) != std::string::npos, read.told());
        }
    }
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_are_told) {
    using namespace std::string_literals;
    BOOST_TEST(reading("a: b\nc: \x04\n").told() == "f:2:4: the control character 0x04; remove it\n");
    BOOST_TEST(reading("a: b\0c"s).told() == "f:1:5: the control character 0x00; remove it\n");
    BOOST_TEST(reading("ä: \xff\n").told() == "f:1:4: not UTF-8; save the file as UTF-8\n");
    BOOST_TEST(reading("a: \xe2\x82\n").told() == "f:1:4: not UTF-8; save the file as UTF-8\n");
    BOOST_TEST(reading("\xff\xfe"
                       "a\0"s)
                   .told() == "f:1:1: not UTF-8; save the file as UTF-8\n");
    BOOST_TEST(reading("\xef\xbb\xbf"
                       "a: b\r\n")
                   .told() == "");
}

BOOST_AUTO_TEST_CASE(hostile_text_ends_at_a_bound) {
    const auto deep = std::string("nested more than 32 levels deep\n");
    for (const char* opening : {"[", "{a: ", "- ", "[{a: "}) {
        BOOST_TEST_CONTEXT(opening) {
            const reading read(repeated(opening, 100'000));
            BOOST_TEST(!read.root);
            BOOST_TEST(read.told().ends_with(deep), read.told());
        }
    }

    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 20; ++i) {
        const auto before = "*a" + std::to_string(i - 1);
        bomb +=
            "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + repeated(", " + before, 9) + "]\n";
    }
    const reading read(bomb);
    BOOST_TEST(!read.root);
    BOOST_TEST(read.told().find("more than 500000 values, aliases counted each time") != std::string::npos,
               read.told());

    BOOST_TEST(reading(repeated("- a\n", 600'000)).told().find("more than 500000 values") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
