#pragma once

#include "tests/conformance/session.hpp"
#include "tests/support/memory_content.hpp"

namespace boxgate::testing {

/// At the end of a case nothing may be left over: it is given some time to go.
inline void expect_nothing_left(fixture& home) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    const auto left = [&] { return !home.leftovers().empty() || home.blocks()->blocks_in_use() > 0; };
    while (left() && std::chrono::steady_clock::now() < deadline) {
        if (home.context().stopped()) home.context().restart();
        home.context().run_for(std::chrono::milliseconds(10));
    }
    BOOST_TEST(home.leftovers() == "");
    BOOST_TEST(home.blocks()->blocks_in_use() == 0u, "transfer memory was not given back");
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
