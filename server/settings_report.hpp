#pragma once

#include "conf/settings/settings_yaml.hpp"

#include <optional>
#include <string>

namespace boxgate::server {

/// The settings with the proxy that is really used (see conf::effective_proxy), or every fault of them on standard
/// error.
std::optional<conf::load_outcome> load_settings(const std::string& config);

}  // namespace boxgate::server
