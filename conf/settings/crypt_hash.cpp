#include "conf/settings/crypt_hash.hpp"

#include <algorithm>
#include <charconv>
#include <crypt.h>

namespace boxgate::conf {

namespace {

constexpr std::string_view crypt_alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr int highest_bcrypt_cost = 16;
constexpr unsigned highest_sha512_rounds = 2'000'000;
constexpr std::size_t highest_yescrypt_log2_n = 18;

bool all_of_alphabet(std::string_view text) {
    return text.find_first_not_of(crypt_alphabet) == std::string_view::npos;
}

// The text behind the last "$".
std::string_view last_part(std::string_view hash) {
    return hash.substr(hash.rfind('$') + 1);
}

bool is_whole_yescrypt(std::string_view hash) {
    return std::count(hash.begin(), hash.end(), '$') == 4 && last_part(hash).size() == 43 &&
           all_of_alphabet(last_part(hash));
}

unsigned number_at(std::string_view text, std::size_t at) {
    unsigned value = 0;
    if (at < text.size()) std::from_chars(text.data() + at, text.data() + text.size(), value);
    return value;
}

bool is_whole_bcrypt(std::string_view hash) {
    const auto cost = number_at(hash, 4);
    return cost >= 4 && cost <= 31 && hash.size() == 60 && all_of_alphabet(last_part(hash)) &&
           last_part(hash).size() == 53;
}

bool is_whole_sha512crypt(std::string_view hash) {
    const auto dollars = std::count(hash.begin(), hash.end(), '$');
    const bool with_rounds = hash.starts_with("$6$rounds=");
    return dollars == (with_rounds ? 4 : 3) && last_part(hash).size() == 86 && all_of_alphabet(last_part(hash));
}

}  // namespace

std::optional<std::string> fault_of_password_hash(const std::string& hash) {
    const bool yescrypt = hash.starts_with("$y$");
    const bool bcrypt = hash.starts_with("$2b$") || hash.starts_with("$2a$") || hash.starts_with("$2y$");
    const bool sha512 = hash.starts_with("$6$");
    if (!hash.starts_with('$')) {
        return "must be a password hash, not the password itself: run `boxgate hash-password` and put what it prints "
               "here";
    }
    if (!yescrypt && !bcrypt && !sha512) {
        return "a hash of this method is not accepted; allowed are yescrypt ($y$), bcrypt ($2b$) and sha512crypt "
               "($6$), "
               "and `boxgate hash-password` makes one";
    }
    const bool whole = yescrypt ? is_whole_yescrypt(hash) : bcrypt ? is_whole_bcrypt(hash) : is_whole_sha512crypt(hash);
    const int verdict = whole ? crypt_checksalt(hash.c_str()) : CRYPT_SALT_INVALID;
    if (verdict == CRYPT_SALT_METHOD_DISABLED) return "this system's libcrypt does not compute hashes of this method";
    if (verdict == CRYPT_SALT_INVALID) {
        return "the hash is damaged or cut off; put all of what `boxgate hash-password` prints here, in quotes";
    }
    const bool too_costly = yescrypt ? hash.size() > 4 && crypt_alphabet.find(hash[4]) + 1 > highest_yescrypt_log2_n
                            : bcrypt ? number_at(hash, 4) > highest_bcrypt_cost
                                     : hash.starts_with("$6$rounds=") && number_at(hash, 10) > highest_sha512_rounds;
    if (too_costly)
        return "each login would take many seconds with this hash; make a cheaper one with `boxgate hash-password`";
    return std::nullopt;
}

}  // namespace boxgate::conf
