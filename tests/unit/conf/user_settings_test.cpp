// What users.yaml says of one user.
#include "tests/unit/conf/yaml_lab.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(user_settings)

using namespace boxgate::conf;
using boxgate::testing::yaml_lab;

namespace {

const std::string hash =
    "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1";
const std::string key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID3xCDBSxNCvLmL71/4Q0gTzqcuNIRT4ENBzNcX5LRMb";

// The keys of a user who has an app and a password already.
std::string with(const std::string& more) {
    return "box_apps: { main: { client_id: i, client_secret: s, enterprise_id: '1' } }\n"
           "users:\n  one:\n    box_app: main\n    password: '" +
           hash + "'\n" + more;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_key_arrives_where_it_belongs) {
    yaml_lab lab;
    const auto table = lab.users(with("    public_keys: ['" + key + "']\n" + R"(
    methods: [publickey, password]
    box_user: scans@example.com
    root: /Scans
    create_root: true
    permissions: [list, upload]
    paths: { /Inbox: upload }
    allow_from: 192.0.2.0/24
    expires: 2027-02-28
    max_sessions: 7
    case_clash: overwrite
    box_mode: user_token
    rename_over: new_version
    charset: CP1252
    ascii_conversion: true
    upload_rate: 3MiB
    download_rate: 5MB
)"));
    BOOST_TEST_REQUIRE(lab.told() == "");
    const auto& one = table.users.at("one");
    BOOST_TEST(one.login == "one");
    BOOST_TEST(one.password.reveal() == hash);
    BOOST_TEST(one.public_keys == std::vector<std::string>{key}, boost::test_tools::per_element());
    BOOST_TEST(one.needs_key_and_password);
    BOOST_TEST(one.box_user == "scans@example.com");
    BOOST_TEST_REQUIRE(one.app);
    BOOST_TEST(one.app->client_id == "i");
    BOOST_TEST(one.root == "/Scans");
    BOOST_TEST(one.create_root);
    BOOST_TEST(one.permissions == (std::vector<std::string>{"list", "upload"}), boost::test_tools::per_element());
    BOOST_TEST_REQUIRE(one.paths.size() == 1U);
    BOOST_TEST(one.paths[0].path == "/Inbox");
    BOOST_TEST((one.allow_from == std::vector{*ip_network::parse("192.0.2.0/24")}));
    BOOST_TEST((one.expires == std::chrono::sys_days(std::chrono::year(2027) / 2 / 28)));
    BOOST_TEST(one.max_sessions == 7U);
    BOOST_TEST(!one.refuse_case_clash);
    BOOST_TEST((one.box_mode == box_mode::user_token));
    BOOST_TEST((one.rename_over == rename_over::new_version));
    BOOST_TEST(one.charset == "CP1252");
    BOOST_TEST(one.ascii_conversion);
    BOOST_TEST(one.upload_rate == 3U * 1024 * 1024);
    BOOST_TEST(one.download_rate == 5'000'000U);
}

BOOST_AUTO_TEST_CASE(bad_values_are_refused_under_the_name_of_their_key) {
    const std::pair<const char*, const char*> cases[] = {
        {"root", "Scans"},          {"root", "/a/../b"},          {"root", "id:12x"},
        {"create_root", "perhaps"}, {"permissions", "[write]"},   {"case_clash", "ask"},
        {"box_mode", "service"},    {"box_mode", "user_token"},  // without box_user
        {"rename_over", "delete"},  {"charset", "KLINGON-8"},     {"ascii_conversion", "auto"},
        {"upload_rate", "1B"},      {"download_rate", "fast"},    {"public_keys", "ssh-foo AAAA"},
        {"methods", "password"},    {"max_sessions", "1000001"},  {"group", "nobody"},
        {"expires", "2027-02-29"},  {"allow_from", "everywhere"},
    };
    for (const auto& [name, value] : cases) {
        yaml_lab lab;
        lab.users(with("    " + std::string(name) + ": " + value + "\n"));
        BOOST_TEST(lab.faults().size() == 1U, name << ": " << value << "\n" << lab.told());
        BOOST_TEST(lab.told().find("users.one." + std::string(name)) != std::string::npos, lab.told());
    }
}

BOOST_AUTO_TEST_CASE(a_root_by_id_cannot_be_made) {
    yaml_lab lab;
    BOOST_TEST(lab.users(with("    root: 'id:123'\n")).users.at("one").root == "id:123");
    lab.users(with("    root: 'id:123'\n    create_root: true\n"));
    BOOST_TEST(lab.told().find("users.one.create_root goes with a path") != std::string::npos, lab.told());
}

BOOST_AUTO_TEST_SUITE_END()
