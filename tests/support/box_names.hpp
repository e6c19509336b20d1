#pragma once

#include "protocol/storage/failure.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace boxgate::testing {

/// The key under which Box takes two names for one: case folded and NFC. Bytes that are not UTF-8 stand for themselves.
std::string folded(std::string_view name);

/// NFC: names that differ only in their normalisation are the same name to people and to boxgate.
std::string composed(std::string_view name);

/// Why Box would not store this name: control bytes, a slash or backslash, a space at the end, "." or "..", bytes that
/// are not UTF-8, more than 255 characters. nullopt if it would.
std::optional<storage::failure> name_fault(std::string_view name);

}  // namespace boxgate::testing
