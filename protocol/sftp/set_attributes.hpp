#pragma once

#include "protocol/sftp/attributes.hpp"
#include "protocol/storage/failure.hpp"

#include <optional>

namespace boxgate::sftp {

/// Why SETSTAT or FSETSTAT of `wanted` is refused for a file of `size` bytes; nothing if it is taken. Owner and
/// permissions are taken without effect, and so is the size the file has; times are refused unless they are to be
/// ignored: Box sets them itself.
std::optional<storage::failure> refusal(const attributes& wanted, std::uint64_t size, bool ignore_times);

}  // namespace boxgate::sftp
