#include "auth/table_authenticator.hpp"

#include "tests/support/run_coro.hpp"
#include "tests/unit/auth/user_settings_lab.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/test/unit_test.hpp>

#include <future>
#include <mutex>
#include <thread>

BOOST_AUTO_TEST_SUITE(table_authenticator)

namespace asio = boost::asio;
using namespace boxgate::testing;
using boxgate::auth::account;
using boxgate::auth::table_authenticator;
using boxgate::auth::user_table;
using boxgate::conf::secret;
using boxgate::conf::user_table_settings;

namespace {

// "Hashes" are passwords with a method in front; every check is written down.
class counting_hasher final : public boxgate::auth::password_hasher {
public:
    bool matches(const secret& password, const std::string& hash) const override {
        if (before) before();
        const std::lock_guard lock(mutex_);
        hashes.push_back(hash);
        passwords.emplace_back(password.reveal());
        threads.push_back(std::this_thread::get_id());
        return hash.substr(hash.rfind('$') + 1) == password.reveal();
    }

    std::function<void()> before;
    mutable std::vector<std::string> hashes;
    mutable std::vector<std::string> passwords;
    mutable std::vector<std::thread::id> threads;

private:
    mutable std::mutex mutex_;
};

std::shared_ptr<const user_table> known_users() {
    user_table_settings settings;
    add_user(settings, "alice", "$6$open sesame").public_keys = {ed25519_line('a')};
    add_user(settings, "bob", "$2b$12$hunter2");
    add_user(settings, "carol", "").public_keys = {ed25519_line('c')};
    add_user(settings, "dave", "$y$swordfish");
    auto& erin = add_user(settings, "erin", "$6$both of them");
    erin.public_keys = {ed25519_line('e')};
    erin.needs_key_and_password = true;
    return std::make_shared<const user_table>(settings);
}

struct lab {
    lab() : door(known_users(), pool, hasher) {}

    std::shared_ptr<const account> log_in(const std::string& login, const std::string& password) {
        return run_coro(context, door.verify_password(login, secret(password)));
    }

    asio::io_context context;
    counting_hasher hasher;
    asio::thread_pool pool{1};
    table_authenticator door;
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_right_password_gives_the_account) {
    lab lab;
    const auto alice = lab.log_in("alice", "open sesame");
    BOOST_REQUIRE(alice);
    BOOST_TEST(alice->login == "alice");
    BOOST_TEST((lab.hasher.hashes == std::vector<std::string>{"$6$open sesame"}));
    BOOST_TEST((lab.hasher.passwords == std::vector<std::string>{"open sesame"}));
}

BOOST_AUTO_TEST_CASE(a_wrong_password_is_refused_after_one_check_of_the_own_hash) {
    for (const auto* password : {"", "Open sesame", "open sesame ", "hunter2", "$6$open sesame"}) {
        lab lab;
        BOOST_TEST(!lab.log_in("alice", password), "'" << password << "'");
        BOOST_TEST((lab.hasher.hashes == std::vector<std::string>{"$6$open sesame"}));
    }
}

BOOST_AUTO_TEST_CASE(an_unknown_login_costs_one_check_of_the_costliest_hash) {
    for (const auto* login : {"mallory", "", "Alice", "alice "}) {
        lab lab;
        BOOST_TEST(!lab.log_in(login, "open sesame"), "'" << login << "'");
        BOOST_TEST((lab.hasher.hashes == std::vector<std::string>{"$2b$12$hunter2"}));
        BOOST_TEST((lab.hasher.passwords == std::vector<std::string>{"open sesame"}));
    }
}

BOOST_AUTO_TEST_CASE(the_decoys_password_opens_nothing) {
    lab lab;
    BOOST_TEST(!lab.log_in("mallory", "hunter2"));
    BOOST_TEST(!lab.log_in("carol", "hunter2"), "carol has no password");
    BOOST_TEST((lab.hasher.hashes == std::vector<std::string>{"$2b$12$hunter2", "$2b$12$hunter2"}));
}

BOOST_AUTO_TEST_CASE(an_over_long_password_is_refused_like_any_other) {
    user_table_settings settings;
    add_user(settings, "alice", sha512_hash);
    const boxgate::auth::crypt_hasher hasher;
    asio::thread_pool pool(1);
    table_authenticator door(std::make_shared<const user_table>(settings), pool, hasher);
    const auto log_in = [&](const std::string& login, const std::string& password) {
        return run_coro(door.verify_password(login, secret(password)));
    };
    BOOST_TEST(!log_in("alice", std::string(1 << 20, 'x')));
    BOOST_TEST(!log_in("mallory", std::string(1 << 20, 'x')));
    BOOST_TEST(!log_in("alice", "Hello world!" + std::string(boxgate::auth::crypt_hasher::max_length, ' ')));
    BOOST_TEST(log_in("alice", "Hello world!"));
    // The longest one that is told to be allowed is.
    const std::string longest(boxgate::auth::crypt_hasher::max_length, 'x');
    BOOST_TEST(hasher.matches(secret(longest), boxgate::auth::hash_password(secret(longest))));
}

BOOST_AUTO_TEST_CASE(checks_run_on_the_credentials_pool) {
    lab lab;
    lab.log_in("alice", "open sesame");
    lab.log_in("mallory", "x");
    BOOST_REQUIRE(lab.hasher.threads.size() == 2U);
    for (const auto& thread : lab.hasher.threads) BOOST_TEST((thread != std::this_thread::get_id()));
}

BOOST_AUTO_TEST_CASE(public_keys_are_found_for_their_own_login_only) {
    lab lab;
    const auto alice = lab.door.find_public_key("alice", ed25519_blob('a'));
    BOOST_REQUIRE(alice);
    BOOST_TEST(alice->login == "alice");
    BOOST_TEST(lab.door.find_public_key("carol", ed25519_blob('c'))->login == "carol");
    BOOST_TEST(!lab.door.find_public_key("alice", ed25519_blob('c')));
    BOOST_TEST(!lab.door.find_public_key("bob", ed25519_blob('a')));
    BOOST_TEST(!lab.door.find_public_key("mallory", ed25519_blob('a')));
    BOOST_TEST(!lab.door.find_public_key("alice", ""));
    BOOST_TEST(!lab.door.find_public_key("alice", ed25519_blob('a') + "x"));
    BOOST_TEST(!lab.door.find_public_key("alice", ed25519_line('a')));
    BOOST_TEST(lab.hasher.hashes.empty());
}

BOOST_AUTO_TEST_CASE(a_replaced_table_decides_from_now_on) {
    lab lab;
    const auto before = lab.log_in("alice", "open sesame");
    user_table_settings settings;
    add_user(settings, "alice", "$6$new").public_keys = {ed25519_line('n')};
    settings.users["alice"].root = "/elsewhere";
    lab.door.replace(std::make_shared<const user_table>(settings));
    BOOST_TEST(!lab.log_in("alice", "open sesame"));
    BOOST_TEST(!lab.log_in("bob", "hunter2"), "bob is gone");
    BOOST_TEST(lab.hasher.hashes.back() == "$6$new", "the decoy is the new table's");
    BOOST_TEST(lab.log_in("alice", "new")->mount.root == "/elsewhere");
    BOOST_TEST(!lab.door.find_public_key("alice", ed25519_blob('a')));
    BOOST_TEST(lab.door.find_public_key("alice", ed25519_blob('n')));
    BOOST_TEST(before->mount.root == "/", "who is logged in keeps the account");
}

BOOST_AUTO_TEST_CASE(a_table_replaced_during_a_check_has_the_last_word) {
    lab lab;
    user_table_settings settings;
    add_user(settings, "alice", "$6$open sesame").max_sessions = 7;
    lab.hasher.before = [&] { lab.door.replace(std::make_shared<const user_table>(settings)); };
    const auto alice = lab.log_in("alice", "open sesame");
    BOOST_REQUIRE(alice);
    BOOST_TEST(alice->max_sessions == 7u);
    user_table_settings other;
    add_user(other, "alice", "$6$another");
    lab.hasher.before = [&] { lab.door.replace(std::make_shared<const user_table>(other)); };
    BOOST_TEST(!lab.log_in("alice", "open sesame"));
}

BOOST_AUTO_TEST_CASE(a_table_replaced_during_a_check_outlives_it) {
    lab lab;
    lab.hasher.before = [&] { lab.door.replace(std::make_shared<const user_table>(user_table_settings())); };
    BOOST_TEST(!lab.log_in("alice", "open sesame"));
    BOOST_TEST(!lab.door.find_public_key("alice", ed25519_blob('a')));
}

BOOST_AUTO_TEST_CASE(a_cancelled_caller_leaves_while_the_check_goes_on) {
    lab lab;
    std::promise<void> may_go_on;
    lab.hasher.before = [gate = may_go_on.get_future().share()] { gate.wait(); };
    asio::cancellation_signal leave;
    bool left = false;
    asio::co_spawn(lab.context, lab.door.verify_password("alice", secret("open sesame")),
                   asio::bind_cancellation_slot(leave.slot(), [&](std::exception_ptr error, const auto& who) {
                       left = error != nullptr && !who;
                   }));
    lab.context.poll();
    BOOST_TEST(!left);
    leave.emit(asio::cancellation_type::terminal);
    lab.context.restart();
    lab.context.poll();
    BOOST_TEST(left);
    may_go_on.set_value();
    lab.pool.join();
    BOOST_TEST(lab.hasher.hashes.size() == 1U);
}

BOOST_AUTO_TEST_CASE(where_both_are_needed_a_password_alone_is_refused_and_takes_as_long) {
    lab with;
    BOOST_TEST(!with.log_in("erin", "both of them"));
    BOOST_TEST(!with.log_in("erin", "wrong"));
    BOOST_TEST(with.hasher.hashes.size() == 2u);
    const auto half = with.door.find_public_key("erin", ed25519_blob('e'));
    BOOST_TEST_REQUIRE(half);
    BOOST_TEST(half->needs_key_and_password);
    const auto after_key = [&](const std::string& login, const std::string& password) {
        return run_coro(with.context, with.door.verify_password_after_key(login, secret(password)));
    };
    BOOST_TEST(after_key("erin", "both of them") == half);
    BOOST_TEST(!after_key("erin", "wrong"));
    BOOST_TEST(!after_key("carol", ""));
    BOOST_TEST(after_key("alice", "open sesame"));
    BOOST_TEST(!with.door.find_public_key("alice", ed25519_blob('a'))->needs_key_and_password);
}

BOOST_AUTO_TEST_SUITE_END()
