// What Box says about events, read as tolerantly as the rest (see json.cpp).
#include "box/api/json.hpp"
#include "box/api/json_fields.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace boxgate::box::api {

namespace json = boost::json;

namespace {

constexpr std::int64_t longest_poll = 3600;  // seconds; whatever Box says
constexpr std::int64_t most_retries = 1000;

}  // namespace

std::optional<event_page> parse_events(std::string_view body) {
    const auto value = parse_json(body);
    if (!value) return std::nullopt;
    event_page page;
    page.next_position = text(*value, "next_stream_position");
    const auto* list = entries(*value);
    if (page.next_position.empty() || !list) return std::nullopt;
    for (const auto& entry : *list) {
        event one;
        one.id = text(entry, "event_id");
        one.type = text(entry, "event_type");
        if (const auto* source = find(entry, "source"); source && source->is_object()) {
            one.has_source = true;
            one.source = parse_item(*source);
        }
        page.entries.push_back(std::move(one));
    }
    return page;
}

std::optional<realtime_server> parse_realtime_server(std::string_view body) {
    const auto value = parse_json(body);
    const auto* list = value ? entries(*value) : nullptr;
    if (!list || list->empty()) return std::nullopt;
    realtime_server server;
    server.url = text(list->front(), "url");
    if (server.url.empty()) return std::nullopt;
    if (const auto retries = number(list->front(), "max_retries"))
        server.max_retries = static_cast<unsigned>(std::clamp<std::int64_t>(*retries, 0, most_retries));
    if (const auto seconds = number(list->front(), "retry_timeout")) {
        server.timeout = std::chrono::seconds(std::clamp<std::int64_t>(*seconds, 1, longest_poll));
    }
    return server;
}

std::string parse_poll(std::string_view body) {
    const auto value = parse_json(body);
    return value ? text(*value, "message") : std::string();
}

}  // namespace boxgate::box::api
