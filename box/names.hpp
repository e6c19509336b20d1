#pragma once

#include "protocol/storage/failure.hpp"

#include <string>
#include <string_view>

namespace boxgate::box {

// Box's rules for names: case-preserving and case-insensitive, one namespace for files and folders of a folder.

/// What two names have in common that Box takes for one: NFC and folded case. Names that are not UTF-8 stay as they
/// are.
std::string fold(std::string_view name);

/// The composed form (NFC), as names are sent to Box: macOS clients send decomposed ones.
std::string compose(std::string_view name);

/// Whether two names differ at most in how they are normalised: macOS writes them decomposed, everybody else composed,
/// and people see no difference.
bool is_same_name(std::string_view one, std::string_view other);

/// errc::bad_name with the rule that `name` breaks: not UTF-8, control characters, a backslash, a space at the end,
/// more than 255 characters. Checked before any call; Box may still refuse others.
storage::result<void> check_name(std::string_view name);

}  // namespace boxgate::box
