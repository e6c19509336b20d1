#pragma once

#include "tests/conformance/session.hpp"
#include "tests/support/memory_content.hpp"

namespace boxgate::testing {

/// What every case starts with: a fresh implementation and a session on it. At the end nothing may be left over.
struct conformance_case {
    conformance_case() : home(make_fixture()), user(*home) {}
    ~conformance_case() {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (home->leftovers() > 0 && std::chrono::steady_clock::now() < deadline) {
            if (home->context().stopped()) home->context().restart();
            home->context().run_for(std::chrono::milliseconds(10));
        }
        BOOST_TEST(home->leftovers() == 0u, "uncommitted files have left something behind");
        BOOST_TEST(home->blocks()->blocks_in_use() == 0u, "transfer memory was not given back");
    }

    std::unique_ptr<fixture> home;
    session user;
};

using names = std::vector<std::string>;
using storage::announced_size;
using storage::block;
using storage::write_mode;

}  // namespace boxgate::testing
