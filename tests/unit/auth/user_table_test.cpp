#include "auth/user_table.hpp"

#include "auth/password_hash.hpp"
#include "tests/unit/auth/user_settings_lab.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(user_table)

using boxgate::auth::user_table;
using boxgate::conf::user_table_settings;
using boxgate::storage::access;
using boxgate::testing::add_user;
using boxgate::testing::bcrypt_hash;
using boxgate::testing::ed25519_blob;
using boxgate::testing::ed25519_line;
using boxgate::testing::sha512_hash;

BOOST_AUTO_TEST_CASE(a_login_is_found_by_its_whole_name) {
    user_table_settings settings;
    add_user(settings, "alice", sha512_hash);
    add_user(settings, "bob", bcrypt_hash);
    const user_table table(settings);
    BOOST_TEST(table.size() == 2U);
    BOOST_REQUIRE(table.find("alice"));
    BOOST_TEST(table.find("alice")->password_hash == sha512_hash);
    BOOST_TEST(table.find("bob")->account->login == "bob");
    for (const auto* other : {"", "Alice", "alic", "alice ", "alice@example.com", "*"}) {
        BOOST_TEST(!table.find(other), "'" << other << "'");
    }
    BOOST_TEST(!table.find(std::string("alice\0", 6)));
}

BOOST_AUTO_TEST_CASE(an_account_carries_its_mount_as_the_settings_say) {
    user_table_settings settings;
    add_user(settings, "alice", sha512_hash);
    auto& bob = add_user(settings, "bob", sha512_hash);
    bob.root = "id:4711";
    bob.create_root = true;
    bob.refuse_case_clash = false;
    const user_table table(settings);
    const auto& plain = table.find("alice")->account->mount;
    BOOST_TEST(plain.identity == "alice");
    BOOST_TEST(plain.root == "/");
    BOOST_TEST(!plain.create_root);
    BOOST_TEST(plain.refuse_case_clash);
    const auto& special = table.find("bob")->account->mount;
    BOOST_TEST(special.identity == "bob");
    BOOST_TEST(special.root == "id:4711");
    BOOST_TEST(special.create_root);
    BOOST_TEST(!special.refuse_case_clash);
}

BOOST_AUTO_TEST_CASE(each_permission_grants_its_own_access_and_nothing_else) {
    const std::pair<const char*, access> cases[] = {
        {"list", access::list},           {"download", access::download}, {"upload", access::upload},
        {"overwrite", access::overwrite}, {"delete", access::remove},     {"rename", access::rename},
        {"mkdir", access::mkdir},
    };
    auto together = access::none;
    for (const auto& [permission, expected] : cases) {
        user_table_settings settings;
        add_user(settings, "alice", sha512_hash).permissions = {permission};
        BOOST_TEST((user_table(settings).find("alice")->account->access == expected), permission);
        together = together | expected;
    }
    BOOST_TEST((together == access::all), "a kind of access has no permission that grants it");
    user_table_settings settings;
    add_user(settings, "nothing", sha512_hash).permissions = {};
    add_user(settings, "two", sha512_hash).permissions = {"list", "download", "list"};
    const user_table table(settings);
    BOOST_TEST((table.find("nothing")->account->access == access::none));
    BOOST_TEST((table.find("two")->account->access == (access::list | access::download)));
}

BOOST_AUTO_TEST_CASE(a_login_keeps_its_pace_through_a_reload) {
    boxgate::conf::user_table_settings settings;
    auto& ann = add_user(settings, "ann", sha512_hash);
    ann.upload_rate = 1000;
    ann.download_rate = 2000;
    const user_table before(settings);
    ann.download_rate = 3000;
    add_user(settings, "bob", sha512_hash).upload_rate = 1000;
    const user_table after(settings, &before);
    const auto was = before.find("ann")->account;
    const auto is = after.find("ann")->account;
    BOOST_TEST((is->upload_pace == was->upload_pace));
    BOOST_TEST((is->download_pace != was->download_pace));
    BOOST_TEST(is->download_pace->rate() == 3000u);
    BOOST_TEST((after.find("bob")->account->upload_pace != was->upload_pace));
}

BOOST_AUTO_TEST_CASE(keys_are_kept_in_their_wire_form) {
    user_table_settings settings;
    add_user(settings, "alice", "").public_keys = {ed25519_line('a'), ed25519_line('b'), ed25519_line('a')};
    add_user(settings, "bob", sha512_hash);
    const user_table table(settings);
    BOOST_TEST((table.find("alice")->keys == std::set<std::string>{ed25519_blob('a'), ed25519_blob('b')}));
    BOOST_TEST(table.find("alice")->password_hash.empty());
    BOOST_TEST(table.find("bob")->keys.empty());
}

BOOST_AUTO_TEST_CASE(what_validation_should_have_refused_is_thrown) {
    user_table_settings with_permission;
    add_user(with_permission, "alice", sha512_hash).permissions = {"list", "chmod"};
    BOOST_CHECK_EXCEPTION(user_table{with_permission}, std::invalid_argument, [](const auto& error) {
        return std::string_view(error.what()).find("chmod") != std::string_view::npos;
    });
    user_table_settings with_key;
    add_user(with_key, "alice", sha512_hash).public_keys = {"ssh-ed25519 AAAA"};
    BOOST_CHECK_EXCEPTION(user_table{with_key}, std::invalid_argument,
                          [](const auto& error) { return std::string_view(error.what()).starts_with("alice: "); });
}

BOOST_AUTO_TEST_CASE(the_decoy_is_of_the_costliest_method_wherever_it_stands) {
    const std::string yescrypt = "$y$j9T$HsdV1wD0Q3YvB7m8n2kLe.$7E.PVe8IHPwpYTTY3BRkwm4JMatoQrFlHTffQfqmIYB";
    const std::string costly_bcrypt = "$2b$12" + bcrypt_hash.substr(6);
    // The table goes by login: the costliest is first, in the middle, and last.
    for (const auto& [first, second, third] :
         {std::tuple(costly_bcrypt, yescrypt, sha512_hash), std::tuple(yescrypt, costly_bcrypt, std::string()),
          std::tuple(sha512_hash, bcrypt_hash, costly_bcrypt)}) {
        user_table_settings settings;
        add_user(settings, "a", first);
        add_user(settings, "b", second);
        add_user(settings, "c", third);
        BOOST_TEST(user_table(settings).decoy_hash() == costly_bcrypt);
    }
    user_table_settings settings;
    add_user(settings, "a", sha512_hash);
    add_user(settings, "b", yescrypt);
    BOOST_TEST(user_table(settings).decoy_hash() == yescrypt);
}

BOOST_AUTO_TEST_CASE(a_table_without_passwords_still_has_a_decoy) {
    user_table_settings settings;
    BOOST_TEST(user_table(settings).decoy_hash().starts_with("$y$"));
    BOOST_TEST(user_table(settings).size() == 0U);
    add_user(settings, "alice", "").public_keys = {ed25519_line('a')};
    BOOST_TEST(user_table(settings).decoy_hash().starts_with("$y$"));
}

BOOST_AUTO_TEST_SUITE_END()
