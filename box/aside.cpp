#include "box/aside.hpp"

namespace boxgate::box {

std::optional<aside> aside::of(std::string_view item_name) {
    if (!item_name.starts_with(prefix)) return std::nullopt;
    item_name.remove_prefix(prefix.size());
    const auto dot = item_name.find('.');
    if (dot == 0 || dot == std::string_view::npos || dot + 1 == item_name.size()) return std::nullopt;
    const auto id = item_name.substr(0, dot);
    if (id.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    return aside(std::string(id), std::string(item_name.substr(dot + 1)));
}

}  // namespace boxgate::box
