#pragma once

#include "conf/settings/read_context.hpp"
#include "conf/settings/settings.hpp"
#include "conf/settings/yaml_tree.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Readers of what a user may do, where, from where, and for how long. Like those of value_readers.hpp they report a bad
// value and leave it.

namespace boxgate::conf {

inline constexpr std::string_view permission_names[] = {"list",   "download", "upload", "overwrite",
                                                        "delete", "rename",   "mkdir"};

/// One permission or a list of them, each at most once; an empty list grants nothing.
void read_permissions(read_context& context, const yaml_node& node, std::vector<std::string>& into);

/// A map of paths below the user's root to permissions.
void read_path_rules(read_context& context, const yaml_node& node, std::vector<path_rule>& into);

/// One network or a list: addresses and CIDR networks, IPv4 and IPv6.
void read_networks(read_context& context, const yaml_node& node, std::vector<ip_network>& into);

/// A day as 2027-12-31.
void read_day(read_context& context, const yaml_node& node, std::optional<std::chrono::sys_days>& into);

}  // namespace boxgate::conf
