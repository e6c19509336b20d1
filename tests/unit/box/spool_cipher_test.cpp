#include "box/spool_cipher.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(spool_cipher)

using boxgate::box::spool_cipher;
using bytes = std::vector<std::byte>;

namespace {

const bytes plain = [] {
    bytes made(1000);
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<std::byte>(i * 7);
    return made;
}();

bytes applied(const spool_cipher& cipher, std::uint64_t offset, const bytes& from) {
    bytes into(from.size());
    BOOST_REQUIRE(cipher.apply(offset, from, into.data()));
    return into;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_was_encrypted_comes_back) {
    const auto cipher = spool_cipher::make();
    const auto hidden = applied(*cipher, 0, plain);
    BOOST_TEST((hidden != plain));
    BOOST_TEST((applied(*cipher, 0, hidden) == plain));
}

BOOST_AUTO_TEST_CASE(any_piece_can_be_read_by_itself) {
    const auto cipher = spool_cipher::make();
    // Across the place where a 32-bit counter would begin again.
    for (const std::uint64_t base : {std::uint64_t{0}, (std::uint64_t{1} << 36) - 100}) {
        const auto hidden = applied(*cipher, base, plain);
        for (std::size_t begin = 0; begin < 40; ++begin) {
            const bytes piece(hidden.begin() + static_cast<std::ptrdiff_t>(begin),
                              hidden.begin() + static_cast<std::ptrdiff_t>(begin + 333));
            const bytes wanted(plain.begin() + static_cast<std::ptrdiff_t>(begin),
                               plain.begin() + static_cast<std::ptrdiff_t>(begin + 333));
            BOOST_REQUIRE((applied(*cipher, base + begin, piece) == wanted));
        }
    }
}

BOOST_AUTO_TEST_CASE(no_two_places_and_no_two_files_share_a_key_stream) {
    const bytes zeros(64);
    const auto one = spool_cipher::make();
    const auto other = spool_cipher::make();
    const auto at_0 = applied(*one, 0, zeros);
    BOOST_TEST((at_0 != applied(*one, 64, zeros)));
    BOOST_TEST((at_0 != applied(*one, std::uint64_t{1} << 36, zeros)));
    BOOST_TEST((at_0 != applied(*other, 0, zeros)));
}

BOOST_AUTO_TEST_CASE(it_works_in_place_and_after_a_move) {
    auto first = spool_cipher::make();
    auto hidden = applied(*first, 5, plain);
    const spool_cipher moved = std::move(*first);
    BOOST_REQUIRE(moved.apply(5, hidden, hidden.data()));
    BOOST_TEST((hidden == plain));
}

BOOST_AUTO_TEST_SUITE_END()
