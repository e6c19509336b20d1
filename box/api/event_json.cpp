// What Box says about events, read as tolerantly as the rest (see json.cpp).
#include "box/api/json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <charconv>

namespace boxgate::box::api {

namespace json = boost::json;

namespace {

constexpr unsigned longest_poll = 3600;  // seconds; whatever Box says

const json::value* find(const json::value& value, const char* name) {
    const auto* object = value.if_object();
    return object ? object->if_contains(name) : nullptr;
}

// A text, or a number as a text: positions and limits come as either.
std::string text(const json::value& value, const char* name) {
    const auto* field = find(value, name);
    if (!field) return {};
    if (const auto* string = field->if_string()) return std::string(string->data(), string->size());
    if (const auto* number = field->if_int64()) return std::to_string(*number);
    if (const auto* number = field->if_uint64()) return std::to_string(*number);
    if (const auto* real = field->if_double()) {
        if (*real >= 0 && *real < 1.8e19) return std::to_string(static_cast<std::uint64_t>(*real));
    }
    return {};
}

std::optional<unsigned> number(const json::value& value, const char* name) {
    const auto written = text(value, name);
    unsigned parsed = 0;
    const auto* const end = written.data() + written.size();
    const auto [stop, error] = std::from_chars(written.data(), end, parsed);
    if (written.empty() || error != std::errc() || stop != end) return std::nullopt;
    return parsed;
}

const json::array* entries(const json::value& value) {
    const auto* list = find(value, "entries");
    return list ? list->if_array() : nullptr;
}

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
    if (const auto retries = number(list->front(), "max_retries")) server.max_retries = *retries;
    if (const auto seconds = number(list->front(), "retry_timeout")) {
        server.timeout = std::chrono::seconds(std::clamp(*seconds, 1U, longest_poll));
    }
    return server;
}

std::string parse_poll(std::string_view body) {
    const auto value = parse_json(body);
    return value ? text(*value, "message") : std::string();
}

}  // namespace boxgate::box::api
