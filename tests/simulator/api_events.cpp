// The API's events: a user's stream, and the realtime server that tells when to look at it.
#include "tests/simulator/exchange.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace box_simulator {

namespace json = boost::json;

namespace {

std::string query_text(const http_request& request, const char* name) {
    const auto at = request.query.find(name);
    return at == request.query.end() ? std::string() : at->second;
}

std::int64_t number(const std::string& text, const char* name) {
    if (text.empty() || text.size() > 19 || text.find_first_not_of("0123456789") != std::string::npos) {
        throw box_error(400, "bad_request", std::string("Invalid value for ") + name);
    }
    return std::stoll(text);
}

}  // namespace

http_response api::events(exchange& with) {
    if (with.parts.size() != 1) throw box_error(404, "not_found", "Not Found");
    if (with.request.method == "OPTIONS") {
        const auto url = host_for(with, "2.realtime.services.box.net") +
                         "/subscribe?channel=" + events_.open_channel(with.user) + "&stream_type=all";
        // The two numbers in quotation marks are as Box's document has them.
        const json::object server{
            {"type", "realtime_server"}, {"url", url}, {"ttl", "10"}, {"max_retries", "10"}, {"retry_timeout", 610}};
        return json_answer(200, json::object{{"chunk_size", 1}, {"entries", json::array{server}}});
    }
    if (with.request.method != "GET") throw box_error(405, "method_not_allowed", "Method Not Allowed");
    const auto kind = query_text(with.request, "stream_type");
    if (!kind.empty() && kind != "all" && kind != "changes" && kind != "sync") {
        throw box_error(400, "bad_request", "Streams of the type " + kind + " are not simulated");
    }
    const auto from = query_text(with.request, "stream_position");
    const auto limit_text = query_text(with.request, "limit");
    const auto limit = limit_text.empty() ? 100 : std::clamp<std::int64_t>(number(limit_text, "limit"), 1, 500);
    event_streams::page found;
    if (from == "now") {
        found.next = events_.now(with.user);
    } else {
        const auto position = from.empty() ? 0 : number(from, "stream_position");
        found = events_.read(with.user, position, static_cast<std::size_t>(limit));
    }
    const auto count = found.entries.size();
    return json_answer(
        200, json::object{
                 {"chunk_size", count}, {"next_stream_position", found.next}, {"entries", std::move(found.entries)}});
}

http_response api::subscribe(exchange& with) {
    if (with.request.method != "GET") throw box_error(405, "method_not_allowed", "Method Not Allowed");
    const auto from = query_text(with.request, "stream_position");
    const auto position = from.empty() || from == "now" ? std::nullopt : std::optional(number(from, "stream_position"));
    const auto news = events_.wait(query_text(with.request, "channel"), position);
    return json_answer(200,
                       json::object{{"message", news == event_streams::news::new_change ? "new_change" : "reconnect"}});
}

}  // namespace box_simulator
