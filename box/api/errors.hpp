#pragma once

#include "box/http/message.hpp"
#include "protocol/storage/failure.hpp"

#include <chrono>
#include <optional>

namespace boxgate::box::api {

/// The one table from Box's errors to ours. `answer` has a status of 400 or more. The text tells what Box said and what
/// to do about it, and carries Box's request id.
storage::failure to_failure(const http::response& answer);

/// The seconds of Retry-After, where there are some; at most an hour.
std::optional<std::chrono::seconds> retry_after(const http::response& answer);

}  // namespace boxgate::box::api
