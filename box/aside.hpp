#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace boxgate::box {

/// The name under which a file waits while another takes its place. It tells whoever finds it after a crash what was
/// going on: which item was to take the place, and what the place is called.
struct aside {
    aside(std::string id_of_source, std::string name_of_place)
        : source_id(std::move(id_of_source)), name(std::move(name_of_place)) {}

    std::string source_id;
    std::string name;

    std::string to_name() const { return std::string(prefix) + source_id + "." + name; }

    /// Nullopt: not such a name.
    static std::optional<aside> of(std::string_view item_name);

    static constexpr std::string_view prefix = ".boxgate-aside.";
};

}  // namespace boxgate::box
