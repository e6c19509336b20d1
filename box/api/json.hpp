#pragma once

#include "box/api/types.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <string_view>

namespace boxgate::box::api {

// Reads what Box sends, tolerantly: ids as strings or numbers, numbers as integers or floats in exponent form, absent
// and null fields, one object where a list is documented. Nullopt or an empty field instead of an exception.

std::optional<boost::json::value> parse_json(std::string_view text);

std::optional<item> parse_item(const boost::json::value& value);
/// A listing page; web links and items in the trash are left out.
std::optional<item_page> parse_page(std::string_view body);
/// The first entry of {"entries":[...]}, as uploads and commits answer.
std::optional<item> parse_first_entry(std::string_view body);
std::optional<item> parse_item(std::string_view body);
std::vector<user> parse_users(std::string_view body);
std::optional<user> parse_user(std::string_view body);
std::optional<upload_session> parse_upload_session(std::string_view body);
std::optional<upload_part> parse_upload_part(std::string_view body);
std::vector<upload_part> parse_upload_parts(std::string_view body);
/// The newest of a file's past versions, by its id.
std::optional<std::string> parse_first_version(std::string_view body);
std::optional<event_page> parse_events(std::string_view body);
std::optional<realtime_server> parse_realtime_server(std::string_view body);
/// What a long poll has come to: "new_change", "reconnect"; empty where it cannot be read.
std::string parse_poll(std::string_view body);
/// An error body; empty fields where it is not JSON. Reads OAuth's {"error","error_description"} too.
error_body parse_error(std::string_view body);

/// RFC 3339 with any offset, whole seconds.
std::optional<std::chrono::system_clock::time_point> parse_time(std::string_view text);

}  // namespace boxgate::box::api
