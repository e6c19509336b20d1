#pragma once

#include <cstdint>

namespace boxgate::server {

/// Raises the soft limit of open files to the hard one (a session needs two to four) and returns it.
std::uint64_t raise_open_files_limit();

}  // namespace boxgate::server
