#pragma once

#include <string_view>
#include <vector>

namespace boxgate::conf {

/// The name that `written` was most likely meant to be (a slip of a few letters away); empty if none is near.
std::string_view nearest_name(std::string_view written, const std::vector<std::string_view>& names);

}  // namespace boxgate::conf
