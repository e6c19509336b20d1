#pragma once

#include <string>
#include <string_view>

namespace boxgate::storage {

/// What two names, or paths, have in common that Box takes for one: NFC and folded case. What is not UTF-8 stays as it
/// is.
std::string folded_name(std::string_view name);

}  // namespace boxgate::storage
