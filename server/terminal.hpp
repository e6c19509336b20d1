#pragma once

#include <optional>
#include <string>

namespace boxgate::server {

/// One line from standard input without its line end; nullopt at the end of input. At a terminal `prompt` is shown on
/// standard error and what is typed is not.
std::optional<std::string> read_password(const char* prompt);

bool input_is_terminal();

}  // namespace boxgate::server
