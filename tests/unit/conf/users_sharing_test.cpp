// Groups, paths, networks, days: what the users files share, and where and how long a user may do what.
#include "tests/unit/conf/made_keys.hpp"
#include "tests/unit/conf/yaml_lab.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(users_sharing)

using boxgate::testing::yaml_lab;

namespace {

const std::string hash =
    "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1";

// The files' own settings, with an app called main in front.
std::string with_app(const std::string& rest) {
    return "box_apps:\n  main:\n    client_id: id\n    client_secret: secret\n    enterprise_id: '1'\n"
           "    public_key_id: key\n    private_key: file:key.pem\n" +
           rest;
}

struct lab : yaml_lab {
    lab() { put("key.pem", boxgate::testing::rsa_key_pem()); }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_group_gives_what_a_user_does_not_say) {
    lab files;
    const auto table = files.users(
        with_app("groups:\n"
                 "  scanners: { box_app: main, box_user: scans@example.com, root: /Scans, permissions: [list, upload], "
                 "max_sessions: 3 }\n"
                 "users:\n"
                 "  one: { group: scanners, password: '" +
                 hash +
                 "' }\n"
                 "  two: { group: scanners, password: '" +
                 hash + "', root: /Other, permissions: [list] }\n"));
    BOOST_TEST_REQUIRE(files.told() == "");
    const auto& one = table.users.at("one");
    BOOST_TEST(one.root == "/Scans");
    BOOST_TEST(one.box_user == "scans@example.com");
    BOOST_TEST(one.max_sessions == 3U);
    BOOST_TEST(one.permissions == (std::vector<std::string>{"list", "upload"}), boost::test_tools::per_element());
    BOOST_TEST((one.app && one.app == table.users.at("two").app));
    BOOST_TEST(table.users.at("two").root == "/Other");
    BOOST_TEST(table.users.at("two").permissions == std::vector<std::string>{"list"}, boost::test_tools::per_element());
    BOOST_TEST(table.users.at("two").login == "two");
}

BOOST_AUTO_TEST_CASE(faults_of_groups_are_told_once_and_where_they_are) {
    lab files;
    files.users(
        with_app("groups:\n  g: { box_app: main, root: relative, password: x }\nusers:\n"
                 "  one: { group: g, password: '" +
                 hash + "' }\n  two: { group: h, password: '" + hash + "' }\n"));
    const auto told = files.faults();
    BOOST_TEST_REQUIRE(told.size() == 3U, files.told());
    BOOST_TEST(told[0].find("9:29: groups.g.root must be a path") == 0U, told[0]);
    BOOST_TEST(told[1].find("unknown key 'password' in groups.g") != std::string::npos, told[1]);
    BOOST_TEST(told[2].find("users.two.group: there is no 'h' in groups") != std::string::npos, told[2]);
}

BOOST_AUTO_TEST_CASE(paths_networks_and_days_are_read) {
    lab files;
    const auto table = files.users(
        with_app("users:\n  one:\n    box_app: main\n    password: '" + hash +
                 "'\n    permissions: [list]\n    paths: { /Inbox: upload, /Out/now: [list, download], /None: [] }\n"
                 "    allow_from: [192.0.2.0/24, '2001:db8::1']\n    expires: 2027-02-28\n"));
    BOOST_TEST_REQUIRE(files.told() == "");
    const auto& one = table.users.at("one");
    BOOST_TEST_REQUIRE(one.paths.size() == 3U);
    BOOST_TEST(one.paths[0].path == "/Inbox");
    BOOST_TEST(one.paths[0].permissions == std::vector<std::string>{"upload"}, boost::test_tools::per_element());
    BOOST_TEST(one.paths[2].permissions.empty());
    BOOST_TEST(one.allow_from.size() == 2U);
    BOOST_TEST((one.expires == std::chrono::sys_days(std::chrono::year(2027) / 2 / 28)));
}

BOOST_AUTO_TEST_CASE(bad_ones_are_told) {
    const std::pair<const char*, const char*> cases[] = {
        {"paths: [upload]", "must be a map of paths and permissions"},
        {"paths: { Inbox: upload }", "must begin with /"},
        {"paths: { /a/../b: upload }", "have no .."},
        {"paths: { /a: write }", "must be list, download"},
        {"paths: { /In/box: list, /in//BOX/: upload }", "is the same path as '/In/box'"},
        {"allow_from: 192.0.2.1/24", "192.0.2.0"},
        {"allow_from: []", "would let nobody in"},
        {"expires: 2027-02-29", "must be a day of the calendar"},
        {"expires: tomorrow", "must be a day of the calendar"},
        {"expires: 2027-2-3", "must be a day of the calendar"},
        {"max_sessions: 0", "must be from 1"},
    };
    for (const auto& [line, words] : cases) {
        lab files;
        files.users(with_app("users:\n  one:\n    box_app: main\n    password: '" + hash + "'\n    " + line + "\n"));
        BOOST_TEST(files.faults().size() == 1U, line << ":\n" << files.told());
        BOOST_TEST(files.told().find(words) != std::string::npos, line << ":\n" << files.told());
        BOOST_TEST(files.told().starts_with("12:"), files.told());
    }
}

BOOST_AUTO_TEST_CASE(apps_and_groups_of_one_file_serve_the_users_of_another) {
    lab files;
    std::vector<boxgate::conf::fault> faults;
    boxgate::conf::opened_keys known;
    std::vector<boxgate::conf::users_text> texts;
    texts.emplace_back("/lab/a.yaml", "users:\n  one: { group: g, password: '" + hash + "' }\n");
    texts.emplace_back(
        "/lab/b.yaml",
        with_app("groups: { g: { box_app: main } }\nusers:\n  two: { group: g, password: '" + hash + "' }\n"));
    const auto table = boxgate::conf::read_users(texts, files.source(), faults, known);
    BOOST_TEST(faults.size() == 0U);
    BOOST_TEST(table.users.size() == 2U);
    texts.emplace_back("/lab/c.yaml", "users:\n  one: { group: g, password: '" + hash + "' }\n");
    boxgate::conf::read_users(texts, files.source(), faults, known);
    BOOST_TEST_REQUIRE(faults.size() == 1U);
    BOOST_TEST(faults[0].file == "/lab/c.yaml");
    BOOST_TEST(faults[0].text.find("is in /lab/a.yaml, too") != std::string::npos, faults[0].text);
    // Met while it is being written, perhaps: its users are not gone.
    for (const auto* nothing : {"", "# all left\n"}) {
        faults.clear();
        texts.back() = boxgate::conf::users_text("/lab/c.yaml", nothing);
        boxgate::conf::read_users(texts, files.source(), faults, known);
        BOOST_TEST_REQUIRE(faults.size() == 1U);
        BOOST_TEST(faults[0].text.find("holds nothing") != std::string::npos, faults[0].text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
