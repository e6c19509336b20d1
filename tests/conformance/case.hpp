#pragma once

#include "tests/conformance/session.hpp"
#include "tests/support/memory_content.hpp"

namespace boxgate::testing {

/// At the end of a case nothing may be left over: it is given some time to go. Looked at once each time: a request that
/// was given up may still be on its way to Box, and be seen there for a moment.
inline void expect_nothing_left(fixture& home) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (true) {
        const auto left = home.leftovers();
        const auto blocks = home.blocks()->blocks_in_use();
        const bool late = std::chrono::steady_clock::now() >= deadline;
        if ((left.empty() && blocks == 0) || late) {
            BOOST_TEST(left == "");
            BOOST_TEST(blocks == 0u, "transfer memory was not given back");
            return;
        }
        if (home.context().stopped()) home.context().restart();
        home.context().run_for(std::chrono::milliseconds(10));
    }
}

/// What every case starts with: a fresh implementation and a session on it.
struct conformance_case {
    conformance_case() : home(make_fixture()), user(*home) {}
    ~conformance_case() { expect_nothing_left(*home); }

    std::unique_ptr<fixture> home;
    session user;
};

using names = std::vector<std::string>;
using storage::announced_size;
using storage::block;
using storage::write_mode;

}  // namespace boxgate::testing
