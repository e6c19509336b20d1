#pragma once

#include "box/api/endpoints.hpp"
#include "box/client.hpp"
#include "box/identity.hpp"
#include "box/options.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/scripted_transport.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace boxgate::testing {

/// A client in front of a scripted Box, with a token; waiting takes no time, but moves `steady`.
struct client_lab {
    explicit client_lab(box::options chosen = box::options());

    /// What Box was asked so far, e.g. "OPTIONS /files/content"; the query is left out.
    std::vector<std::string> asked() const;
    /// The same since the last time.
    std::vector<std::string> asked_since();
    const seen_request& request(std::size_t n) const { return api->requests().at(n); }

    template <class T>
    T run(boost::asio::awaitable<T> work) {
        return run_coro(context, std::move(work));
    }

    box::options settings;
    boost::asio::io_context context;
    fake_clock time;
    std::chrono::steady_clock::time_point steady{std::chrono::hours(1)};
    std::vector<std::chrono::milliseconds> pauses;
    std::vector<std::string> lines;
    runtime::log log{runtime::log_format::human, runtime::log_level::debug,
                     [this](std::string_view line) { lines.emplace_back(line); }};
    box::waiting waiting;
    std::shared_ptr<transport_script> tokens;
    std::shared_ptr<transport_script> api;
    scripted_transport sign_in;
    box::api::endpoints endpoints{"https://api.box.com", "https://upload.box.com"};
    std::shared_ptr<box::identity> who;
    std::unique_ptr<box::client> client;

private:
    std::size_t told_ = 0;
};

// What Box says, in the shape that it says it.

/// A file or folder whole: as descriptions, listings and answers to changes hold it.
std::string item_json(const std::string& type, const std::string& id, const std::string& name,
                      const std::string& parent_id, int sequence = 0);
/// 409, the item in the way as preflights name it.
std::string conflict_json(const std::string& type, const std::string& id, const std::string& name);
std::string page_json(const std::vector<std::string>& items, const std::string& next_marker = {});
std::string error_json(const std::string& code);

}  // namespace boxgate::testing
