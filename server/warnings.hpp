#pragma once

#include "conf/settings/settings_yaml.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace boxgate::server {

/// What works but should not stay as it is, a sentence for each: weak hashes, secrets that everybody on the machine can
/// read, a passive address that clients will hardly reach, a spool whose files have names for a moment. Looks only.
std::vector<std::string> warnings_of(const conf::load_outcome& settings, const std::filesystem::path& config);

/// Whether clients of a server that listens on more than this machine cannot mean `address`: it is loopback.
bool is_unreachable_passive_address(const std::string& address, const std::vector<conf::endpoint>& listens_on);

}  // namespace boxgate::server
