#include "tests/conformance/case.hpp"

BOOST_AUTO_TEST_SUITE(naming)

using namespace boxgate::testing;

namespace {

// What Box refuses to store. "/" cannot be part of a name, NUL not of a path.
const std::pair<const char*, std::string> forbidden[] = {
    {"a control byte", "a\x01z"},
    {"a newline", "a\nz"},
    {"a tab", "a\tz"},
    {"DEL", "a\x7fz"},
    {"a backslash", "a\\z"},
    {"a space at the end", "a "},
    {"only a space", " "},
    {"256 characters", std::string(256, 'x')},
    {"bytes that are not UTF-8", "a\xff\xfez"},
    {"a cut UTF-8 sequence", "a\xc3"},
};

const std::string allowed[] = {
    " space before",
    "dots...",
    ".hidden",
    "a:b*c?d\"e<f>g|h",
    "it's",
    "größe",
    "日本語",
    "🙂",
    "-rf",
    "~",
    "%20",
    "a+b&c=d#e",
    std::string(255, 'x'),
    "con",
    "a;b",
    "x.",
};

const char* const composed = "/\xc3\xa9t\xc3\xa9";      // été, NFC
const char* const decomposed = "/e\xcc\x81te\xcc\x81";  // été, NFD

}  // namespace

BOOST_FIXTURE_TEST_CASE(names_box_forbids_are_refused_for_files_folders_and_targets, conformance_case) {
    user.put("/file", "x");
    for (const auto& [what, name] : forbidden) {
        BOOST_TEST_CONTEXT(what) {
            BOXGATE_FAILS_WITH(bad_name, user.store("/" + name, "text"));
            BOXGATE_FAILS_WITH(bad_name, user.make_directory("/" + name));
            BOXGATE_FAILS_WITH(bad_name, user.rename("/file", "/" + name));
        }
    }
    BOOST_TEST((user.names("/") == names{"file"}));
}

BOOST_FIXTURE_TEST_CASE(a_forbidden_name_is_simply_not_there, conformance_case) {
    for (const auto& [what, name] : forbidden) {
        BOOST_TEST_CONTEXT(what) {
            const auto found = user.stat("/" + name);
            BOOST_TEST((outcome_of(found) == "not_found" || outcome_of(found) == "bad_name"), outcome_of(found));
        }
    }
}

BOOST_FIXTURE_TEST_CASE(every_other_name_is_stored_as_written, conformance_case) {
    names expected;
    for (const auto& name : allowed) {
        BOOST_TEST_CONTEXT(name) {
            BOXGATE_SUCCEEDS(user.store("/" + name, name));
            BOOST_TEST(user.get("/" + name) == name);
        }
        expected.push_back(name);
    }
    std::sort(expected.begin(), expected.end());
    BOOST_TEST((user.names("/") == expected));
}

BOOST_FIXTURE_TEST_CASE(the_longest_name_counts_characters_not_bytes, conformance_case) {
    std::string longest;
    for (int i = 0; i < 255; ++i) longest += "ö";
    BOXGATE_SUCCEEDS(user.store("/" + longest, "x"));
    BOXGATE_FAILS_WITH(bad_name, user.store("/" + longest + "o", "x"));
}

BOOST_FIXTURE_TEST_CASE(a_file_that_differs_only_by_case_is_refused, conformance_case) {
    user.put("/Report.txt", "old");
    for (const auto mode : {write_mode::create, write_mode::replace}) {
        BOXGATE_FAILS_WITH(exists, user.store("/report.TXT", "new", mode));
    }
    BOOST_TEST((user.names("/") == names{"Report.txt"}));
    BOOST_TEST((home->stored("/Report.txt") == "old"));
}

BOOST_FIXTURE_TEST_CASE(a_rename_over_a_file_that_differs_only_by_case_is_refused, conformance_case) {
    user.put("/Report.txt", "old");
    user.put("/x", "new");
    for (int i = 0; i < 2; ++i) {
        BOXGATE_FAILS_WITH(exists, user.rename("/x", "/report.TXT", true));
        BOOST_TEST((home->stored("/Report.txt") == "old"));
        user.names("/");
    }
    session lenient(*home, false);
    BOXGATE_SUCCEEDS(lenient.rename("/x", "/report.TXT", true));
    BOOST_TEST((lenient.names("/") == names{"report.TXT"}));
    BOOST_TEST(lenient.get("/report.TXT") == "new");
}

BOOST_FIXTURE_TEST_CASE(with_case_clash_overwrite_the_existing_file_is_replaced, conformance_case) {
    session lenient(*home, false);
    const auto first = lenient.put("/Report.txt", "old");
    const auto second = lenient.put("/report.TXT", "new");
    BOOST_TEST(second.id == first.id);
    BOOST_TEST(lenient.entries("/").size() == 1u);
    BOOST_TEST(lenient.get("/Report.txt") == "new");
    BOXGATE_FAILS_WITH(exists, lenient.store("/REPORT.txt", "third", write_mode::create));
}

// macOS writes every name decomposed: its second upload of a file must find the first.
BOOST_FIXTURE_TEST_CASE(a_name_that_differs_only_by_normalisation_is_the_same_name, conformance_case) {
    const auto first = user.put(composed, "old");
    const auto second = user.put(decomposed, "new");
    BOOST_TEST(second.id == first.id);
    BOOST_TEST(user.entries("/").size() == 1u);
    BOOST_TEST(user.get(composed) == "new");
    BOXGATE_FAILS_WITH(exists, user.store(decomposed, "third", write_mode::create));
}

BOOST_FIXTURE_TEST_CASE(a_folder_that_differs_only_by_case_is_refused, conformance_case) {
    user.make("/Folder");
    BOXGATE_FAILS_WITH(exists, user.make_directory("/FOLDER"));
    user.put("/file", "x");
    BOXGATE_FAILS_WITH(exists, user.make_directory("/FILE"));
    BOXGATE_FAILS_WITH(exists, user.store("/fOLDER", "x"));
}

BOOST_FIXTURE_TEST_CASE(names_are_found_whatever_their_case_or_normalisation, conformance_case) {
    user.make("/Folder");
    user.put("/Folder/File.txt", "text");
    user.put(composed, "summer");
    for (const char* path : {"/Folder/File.txt", "/folder/file.TXT", "/FOLDER/FILE.TXT"}) {
        BOOST_TEST_CONTEXT(path) {
            const auto found = user.stat(path);
            BOOST_REQUIRE(!found.has_error());
            BOOST_TEST(found->name == "File.txt");
            BOOST_TEST(user.get(path) == "text");
        }
    }
    BOOST_TEST(user.get(decomposed) == "summer");
    BOOST_TEST((user.names("/FOLDER") == names{"File.txt"}));
}

BOOST_FIXTURE_TEST_CASE(what_lies_in_a_folder_found_by_another_case_is_stored_there, conformance_case) {
    user.make("/Folder");
    BOXGATE_SUCCEEDS(user.store("/folder/a", "text"));
    BOOST_TEST((home->stored("/Folder/a") == "text"));
    BOOST_TEST((user.names("/") == names{"Folder"}));
}

BOOST_AUTO_TEST_SUITE_END()
