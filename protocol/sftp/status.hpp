#pragma once

#include "protocol/sftp/messages.hpp"
#include "protocol/storage/failure.hpp"

#include <string>

namespace boxgate::sftp {

/// The SSH_FX code for a failure of the port: the only table of its kind.
fx status_of(storage::errc code);

/// What the client is told: the cause, when to try again, and Box's request id where there is one.
std::string text_of(const storage::failure& what);

}  // namespace boxgate::sftp
