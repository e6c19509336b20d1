#pragma once

#include "conf/settings/settings_yaml.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace boxgate::server {

/// What works but should not stay as it is, a sentence for each: weak hashes, secrets that everybody on the machine can
/// read, data connections that clients will hardly reach, a spool whose files have names for a moment. Looks only.
std::vector<std::string> warnings_of(const conf::load_outcome& settings, const std::filesystem::path& config);

/// Why `serve` would not start with settings that have no faults in themselves: host keys that are none, data
/// connections that no client could open. Empty: it would. Looks only.
std::string refusal_of(const conf::load_outcome& settings);

}  // namespace boxgate::server
