#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace boxgate::box::api {

// Single fields of what Box answers, read tolerantly: a field that is missing, null or of another kind is not there.

/// The field of an object; nullptr if there is none, or `value` is no object. Lives as long as `value`.
const boost::json::value* find(const boost::json::value& value, std::string_view name);

/// A text, or a number as a text: ids, stream positions and limits come as either. Empty if it is neither.
std::string text(const boost::json::value& value, std::string_view name);

/// A whole number, or a text that is one; fractions are cut off and what is too large is the largest.
std::optional<std::int64_t> number(const boost::json::value& value, std::string_view name);

/// The list "entries" of a page; nullptr if there is none. Lives as long as `value`.
const boost::json::array* entries(const boost::json::value& value);

}  // namespace boxgate::box::api
