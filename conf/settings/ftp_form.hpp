#pragma once

#include "conf/settings/read_context.hpp"
#include "conf/settings/settings.hpp"
#include "conf/settings/yaml_tree.hpp"

#include <string>
#include <vector>

namespace boxgate::conf {

/// Reads the map `ftp` of gateway.yaml.
void read_ftp(read_context& context, const yaml_node& node, ftp_settings& into);

/// The keys it may have, for keys_of().
std::vector<std::string> ftp_keys();

}  // namespace boxgate::conf
