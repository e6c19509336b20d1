#pragma once

#include "tests/conformance/box_fixture.hpp"
#include "tests/conformance/case.hpp"

#include <string>

namespace boxgate::testing {

/// A case that looks behind the port: at the simulated Box and what it was asked.
struct box_case {
    explicit box_case(const box_fixture::adjustment& adjust = {}, std::size_t memory = 0)
        : home(adjust, memory), user(home) {}
    ~box_case() {
        home.box().trouble().clear();
        expect_nothing_left(home);
    }

    /// The next `count` calls that match go wrong.
    void trouble(std::string match, int count, const std::function<void(box_simulator::fault&)>& how) {
        box_simulator::fault what;
        what.match = std::move(match);
        what.count = count;
        how(what);
        home.box().trouble().add(what);
    }
    void answer(std::string match, int status, int count = 1, std::map<std::string, std::string> headers = {}) {
        trouble(std::move(match), count, [&](box_simulator::fault& what) {
            what.status = status;
            what.headers = std::move(headers);
        });
    }
    /// What was asked is done, and its answer lost.
    void lose_answer(std::string match, int count = 1) {
        trouble(std::move(match), count, [](box_simulator::fault& what) { what.after = what.reset = true; });
    }
    void refuse(std::string match, int status, const std::string& code, int count = 1) {
        trouble(std::move(match), count, [&](box_simulator::fault& what) {
            what.status = status;
            what.body = R"({"type":"error","code":")" + code + R"(","message":"as the test wants it"})";
        });
    }

    std::size_t versions(std::string_view path) {
        const auto found = home.item_at(path);
        return found ? found->versions.size() : 0;
    }
    bool holds(std::string_view path, std::string_view bytes) {
        const auto content = home.stored(path);
        return content && *content == bytes;
    }

    box_fixture home;
    session user;
};

constexpr const char* direct_posts = "POST /files*content";
constexpr const char* new_session = "POST /files*upload_sessions";
constexpr const char* part_puts = "PUT /files/upload_sessions/{id}";
constexpr const char* session_commits = "POST /files/upload_sessions/{id}/commit";
constexpr const char* session_removals = "DELETE /files/upload_sessions/{id}";
constexpr const char* data_gets = "GET /download";
constexpr const char* address_gets = "GET /files/{id}/content";

}  // namespace boxgate::testing
