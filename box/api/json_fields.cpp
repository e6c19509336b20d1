#include "box/api/json_fields.hpp"

#include <boost/json/object.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace boxgate::box::api {

namespace json = boost::json;

namespace {

std::optional<std::int64_t> to_integer(double real) {
    if (!std::isfinite(real)) return std::nullopt;
    return static_cast<std::int64_t>(std::clamp(real, -9.2e18, 9.2e18));
}

}  // namespace

const json::value* find(const json::value& value, std::string_view name) {
    const auto* object = value.if_object();
    return object ? object->if_contains(json::string_view(name.data(), name.size())) : nullptr;
}

std::string text(const json::value& value, std::string_view name) {
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

std::optional<std::int64_t> number(const json::value& value, std::string_view name) {
    const auto* field = find(value, name);
    if (!field) return std::nullopt;
    if (const auto* integer = field->if_int64()) return *integer;
    if (field->if_uint64()) return std::numeric_limits<std::int64_t>::max();
    if (const auto* real = field->if_double()) return to_integer(*real);
    if (const auto* string = field->if_string()) {
        std::int64_t parsed = 0;
        const auto* const end = string->data() + string->size();
        const auto [stop, error] = std::from_chars(string->data(), end, parsed);
        if (error == std::errc() && stop == end) return parsed;
        double real = 0;
        const auto [real_stop, real_error] = std::from_chars(string->data(), end, real);
        if (real_error == std::errc() && real_stop == end) return to_integer(real);
    }
    return std::nullopt;
}

const json::array* entries(const json::value& value) {
    const auto* list = find(value, "entries");
    return list ? list->if_array() : nullptr;
}

}  // namespace boxgate::box::api
