#include "conf/settings/crypt_hash.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(crypt_hash)

using boxgate::conf::fault_of_password_hash;

namespace {

const std::string sha512_tail =
    "$cYzqBp9w1W0Bz0Wv/2F8K2Uuc1rC3RcD9f8S3F1uQ1sN0m7eJ9j4t5R6y7U8i9O0pA1s2D3f4G5h6J7k8L9z0.";  // shape only
const std::string bcrypt_tail = "$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

}  // namespace

BOOST_AUTO_TEST_CASE(whole_hashes_are_good) {
    for (const auto& hash :
         {std::string("$y$j9T$HsdV1wD0Q3YvB7m8n2kLe.$7E.PVe8IHPwpYTTY3BRkwm4JMatoQrFlHTffQfqmIYB"),
          "$2b$10" + bcrypt_tail, "$2a$12" + bcrypt_tail, "$2y$05" + bcrypt_tail,
          "$6$saltsalt" + sha512_tail.substr(0, 87), "$6$rounds=10000$saltsalt" + sha512_tail.substr(0, 87)}) {
        const auto why = fault_of_password_hash(hash);
        BOOST_TEST(!why, hash << ": " << why.value_or(""));
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_hash_is_told_apart) {
    const auto damaged = "the hash is damaged or cut off";
    const auto method = "a hash of this method is not accepted";
    const auto costly = "each login would take many seconds";
    const std::pair<std::string, std::string> cases[] = {
        {"open sesame", "run `boxgate hash-password`"},
        {"", "run `boxgate hash-password`"},
        {"$1$abcdefgh$0123456789012345678901", method},
        {"$5$salt$" + std::string(43, 'x'), method},
        {"$7$salt", method},
        {"$2x$10" + bcrypt_tail, method},
        {"$argon2id$v=19$m=65536", method},
        {"$y$j9T$salt", damaged},
        {"$y$j9T$HsdV1wD0Q3YvB7m8n2kLe.$7E.PVe8IHPwpYTTY3BRkwm4JMatoQrFlHTffQfqmIY", damaged},
        {"$y$", damaged},
        {"$2b$10" + bcrypt_tail.substr(0, 40), damaged},
        {"$2b$99" + bcrypt_tail, damaged},
        {"$6$saltsalt$short", damaged},
        {"$6$saltsalt" + sha512_tail.substr(0, 86) + "!", damaged},
        {"$2b$17" + bcrypt_tail, costly},
        {"$6$rounds=9999999$saltsalt" + sha512_tail.substr(0, 87), costly},
        {"$y$jMT$HsdV1wD0Q3YvB7m8n2kLe.$7E.PVe8IHPwpYTTY3BRkwm4JMatoQrFlHTffQfqmIYB", costly},
    };
    for (const auto& [hash, expected] : cases) {
        BOOST_TEST_CONTEXT("'" << hash << "'") {
            const auto why = fault_of_password_hash(hash);
            BOOST_REQUIRE(why);
            BOOST_TEST(why->find(expected) != std::string::npos, *why);
            BOOST_TEST((hash.empty() || why->find(hash) == std::string::npos), "the text shows what may be a password");
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
