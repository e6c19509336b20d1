#include "tests/unit/box/client_lab.hpp"

#include "tests/unit/box/rsa_key.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>

namespace boxgate::testing {

namespace asio = boost::asio;

client_lab::client_lab(box::options chosen)
    : settings(std::move(chosen)),
      tokens(std::make_shared<transport_script>(context.get_executor())),
      api(std::make_shared<transport_script>(context.get_executor())),
      sign_in(tokens) {
    waiting.pause = [this](std::chrono::milliseconds length) -> asio::awaitable<void> {
        pauses.push_back(length);
        steady += length;
        // A moment for others: who waits in a circle must not stand in everybody's way.
        co_await asio::post(asio::use_awaitable);
    };
    waiting.now = [this] { return steady; };
    tokens->answers(200, R"({"access_token":"tok","expires_in":3600})");
    auto app = std::make_shared<conf::box_app>(test_app());
    auto provider =
        std::make_shared<box::token_provider>(std::move(app), "https://api.box.com", sign_in, time, log, waiting.pause);
    box::rate_limiter limits(box::call_budgets(0, 0), nullptr);
    auto pace = std::make_shared<box::pacer>(std::move(limits), std::make_shared<box::outage>(), waiting);
    who = std::make_shared<box::identity>("app/ann", std::move(provider), "33", std::move(pace));
    client = box::make_client(std::make_unique<scripted_transport>(api), context.get_executor(), settings, log,
                              waiting.pause);
}

std::vector<std::string> client_lab::asked() const {
    constexpr std::array<const char*, 5> verbs{"GET", "POST", "PUT", "DELETE", "OPTIONS"};
    std::vector<std::string> words;
    for (const auto& one : api->requests()) {
        auto path = one.url.substr(0, one.url.find('?'));
        path.erase(0, path.find("/2.0") + 4);
        words.push_back(std::string(verbs.at(static_cast<std::size_t>(one.method))) + " " + path);
    }
    return words;
}

std::vector<std::string> client_lab::asked_since() {
    auto words = asked();
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(told_));
    told_ += words.size();
    return words;
}

std::string item_json(const std::string& type, const std::string& id, const std::string& name,
                      const std::string& parent_id, int sequence) {
    const auto content =
        type == "file" ? R"("size":7,"sha1":"aa","file_version":{"type":"file_version","id":"9"},)" : "";
    return R"({"type":")" + type + R"(","id":")" + id + R"(","name":")" + name + R"(",)" + content +
           R"("sequence_id":")" + std::to_string(sequence) +
           R"(","etag":"0","modified_at":"2026-01-01T00:00:00Z","item_status":"active","parent":{"id":")" + parent_id +
           R"("}})";
}

std::string conflict_json(const std::string& type, const std::string& id, const std::string& name) {
    return R"({"type":"error","status":409,"code":"item_name_in_use","request_id":"r","context_info":{"conflicts":)"
           R"({"type":")" +
           type + R"(","id":")" + id + R"(","sequence_id":"0","etag":"0","name":")" + name + R"("}}})";
}

std::string page_json(const std::vector<std::string>& items, const std::string& next_marker) {
    std::string list;
    for (const auto& one : items) list += (list.empty() ? "" : ",") + one;
    return R"({"entries":[)" + list + R"(],"limit":1000,"next_marker":")" + next_marker + R"("})";
}

std::string error_json(const std::string& code) {
    return R"({"type":"error","code":")" + code + R"(","message":"m","request_id":"r"})";
}

}  // namespace boxgate::testing
