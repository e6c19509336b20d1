#pragma once

#include "conf/settings/read_context.hpp"
#include "conf/settings/scalar_text.hpp"
#include "conf/settings/secret.hpp"
#include "conf/settings/settings.hpp"
#include "conf/settings/yaml_tree.hpp"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Readers of single values: each puts a good value into its last argument, and reports and leaves a bad one.

namespace boxgate::conf {

/// The text of a scalar that is not empty; null after a report of what it must be, e.g. "a path".
const std::string* expect_text(read_context& context, const yaml_node& node, std::string_view what_it_is);

void read_text(read_context& context, const yaml_node& node, std::string& into);
void read_flag(read_context& context, const yaml_node& node, bool& into);
void read_path(read_context& context, const yaml_node& node, std::filesystem::path& into);

/// Inline, or `file:PATH` whose line ends at the end are left out. Faults never show the value.
void read_secret(read_context& context, const yaml_node& node, secret& into);

/// One of `allowed`.
void read_word(read_context& context, const yaml_node& node, std::span<const std::string_view> allowed,
               std::string& into);

/// Reports and is false unless `least` <= `value` <= `most`; the texts are how people write them.
bool expect_range(read_context& context, const yaml_node& node, std::uint64_t value, std::uint64_t least,
                  std::uint64_t most, std::string_view least_text, std::string_view most_text);

template <std::unsigned_integral Number>
void read_number(read_context& context, const yaml_node& node, std::uint64_t least, std::uint64_t most, Number& into) {
    const auto* text = expect_text(context, node, "a whole number");
    if (!text) return;
    const auto value = parse_number(*text);
    if (value.has_error()) return context.report(node.at, context.key() + ": " + value.error().text);
    if (expect_range(context, node, *value, least, most, std::to_string(least), std::to_string(most))) {
        into = static_cast<Number>(*value);
    }
}

/// `least` and `most` as they would be written.
void read_size(read_context& context, const yaml_node& node, std::string_view least, std::string_view most,
               std::size_t& into);
void read_seconds(read_context& context, const yaml_node& node, std::string_view least, std::string_view most,
                  std::chrono::seconds& into);

/// A character set that iconv(3) knows, such as CP1252.
void read_charset(read_context& context, const yaml_node& node, std::string& into);

/// One address with its port, or a list of them; adds to `into`.
void read_listen(read_context& context, const yaml_node& node, std::vector<endpoint>& into);

/// A value through one of the parsers of scalar_text.hpp.
template <class T>
void read_parsed(read_context& context, const yaml_node& node, std::string_view what_it_is,
                 parsed<T> (*parse)(std::string_view), T& into) {
    const auto* text = expect_text(context, node, what_it_is);
    if (!text) return;
    auto value = parse(*text);
    if (value.has_error()) return context.report(node.at, context.key() + ": " + value.error().text);
    into = *std::move(value);
}

/// Calls `read_one(node)` for each value of a list; a scalar counts as a list of one.
template <class ReadOne>
void read_each(read_context& context, const yaml_node& node, ReadOne read_one) {
    if (node.what == yaml_node::kind::map) {
        context.report(node.at, context.key() + " must be one value or a list of them");
        return;
    }
    if (node.what != yaml_node::kind::list) return read_one(node);
    for (const auto& one : node.list) read_one(*one);
}

/// The same for what needs at least one value.
template <class ReadOne>
void read_some(read_context& context, const yaml_node& node, ReadOne read_one) {
    if (node.what == yaml_node::kind::list && node.list.empty()) {
        context.report(node.at, context.key() + " is an empty list; leave it out, or give at least one value");
        return;
    }
    read_each(context, node, read_one);
}

}  // namespace boxgate::conf
