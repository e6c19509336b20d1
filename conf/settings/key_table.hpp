#pragma once

#include "conf/settings/nearest_name.hpp"
#include "conf/settings/read_context.hpp"
#include "conf/settings/yaml_tree.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace boxgate::conf {

/// One key that a map may have: its reader puts the value into a T and reports what is wrong with it. Tables of these
/// rows are the only list of keys: the reading, the hints, and the test that holds the schemas against them use it.
template <class T>
struct key_row {
    std::string_view name;
    void (*read)(read_context& context, const yaml_node& value, T& into);
    std::vector<std::string> (*keys_inside)() = nullptr;  ///< of a map: the dotted names below this one
};

/// The dotted names of a table, an array of rows, and of the tables inside it: "tls", "tls.mode", ...
template <class Table>
std::vector<std::string> keys_of(const Table& table) {
    std::vector<std::string> names;
    for (const auto& row : table) {
        names.emplace_back(row.name);
        if (!row.keys_inside) continue;
        for (const auto& inner : row.keys_inside()) names.push_back(std::string(row.name) + "." + inner);
    }
    return names;
}

/// True if `node` is a map; an empty value counts as an empty one. Anything else is reported.
bool expect_map(read_context& context, const yaml_node& node);

/// Reports an unknown key with the nearest known one, or all of them.
void report_unknown_key(read_context& context, const yaml_entry& entry, const std::vector<std::string_view>& known);

/// Reads a map by its table, an array of rows.
template <class T, class Table>
void read_map(read_context& context, const yaml_node& node, T& into, const Table& table) {
    if (!expect_map(context, node)) return;
    for (const auto& entry : node.map) {
        const key_row<T>* found = nullptr;
        for (const auto& row : table) {
            if (row.name == entry.key) found = &row;
        }
        if (!found) {
            std::vector<std::string_view> known;
            for (const auto& row : table) known.push_back(row.name);
            report_unknown_key(context, entry, known);
            continue;
        }
        const read_context::scope inside(context, entry.key, entry.value->at);
        found->read(context, *entry.value, into);
    }
}

}  // namespace boxgate::conf
