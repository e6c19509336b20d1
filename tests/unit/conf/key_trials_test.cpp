#include "conf/settings/key_trials.hpp"

#include "tests/unit/conf/made_keys.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <string>

BOOST_AUTO_TEST_SUITE(key_trials)

namespace conf = boxgate::conf;
using texts = std::vector<std::string>;

namespace {

struct lab {
    void add(conf::key_trials& to, const std::string& pem, std::string_view passphrase = "") {
        const auto app = std::make_shared<conf::box_app>();
        app->private_key = conf::secret(pem);
        app->private_key_passphrase = conf::secret(std::string(passphrase));
        to.add(app, [this, pem](const auto& fault) { told.push_back(pem + ": " + fault.text); });
    }
    // Keys that begin with "bad" do not open.
    conf::key_trials::open_function counted() {
        return [this](const conf::secret& pem, const conf::secret&) -> std::optional<conf::private_key_fault> {
            ++opened;
            if (!pem.reveal().starts_with("bad")) return std::nullopt;
            return conf::private_key_fault{false, "no key"};
        };
    }

    conf::opened_keys known;
    texts told;
    std::atomic<unsigned> opened = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(faults_are_told_in_order_whoever_has_found_them, lab) {
    conf::key_trials trials(known, counted());
    texts expected;
    for (int i = 0; i < 1000; ++i) {
        const auto name = (i % 3 == 0 ? "bad " : "good ") + std::to_string(i);
        if (i % 3 == 0) expected.push_back(name + ": no key");
        add(trials, name);
    }
    trials.run();
    BOOST_TEST(told == expected);
    BOOST_TEST(opened == 1000u);
    BOOST_TEST(known.size() == 666u);
}

BOOST_FIXTURE_TEST_CASE(equal_keys_are_opened_once_and_told_of_each_time, lab) {
    conf::key_trials trials(known, counted());
    for (int i = 0; i < 3; ++i) add(trials, "bad"), add(trials, "good"), add(trials, "good", "passphrase");
    trials.run();
    BOOST_TEST(opened == 3u);
    BOOST_TEST(told.size() == 3u);
}

BOOST_FIXTURE_TEST_CASE(what_has_opened_before_is_not_opened_again_and_what_is_gone_forgotten, lab) {
    const auto read = [this](const texts& keys) {
        opened = 0;
        conf::key_trials trials(known, counted());
        for (const auto& key : keys) add(trials, key);
        trials.run();
        return opened.load();
    };
    BOOST_TEST(read({"one", "two", "bad"}) == 3u);
    BOOST_TEST(read({"one", "two", "bad", "three"}) == 2u);
    BOOST_TEST(told.size() == 2u, "a key that does not open is told of each time");
    BOOST_TEST(read({"one"}) == 0u);
    BOOST_TEST(read({"one", "two"}) == 1u);
}

BOOST_FIXTURE_TEST_CASE(keys_are_told_apart_by_their_passphrases, lab) {
    conf::key_trials trials(known);
    const auto& pem = boxgate::testing::encrypted_rsa_key_pem();
    add(trials, pem, boxgate::testing::made_passphrase);
    add(trials, pem, "wrong");
    trials.run();
    BOOST_TEST(told.size() == 1u);
    BOOST_TEST(known.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
