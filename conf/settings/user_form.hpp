#pragma once

#include "conf/settings/box_app_form.hpp"
#include "conf/settings/read_context.hpp"
#include "conf/settings/settings.hpp"
#include "conf/settings/yaml_tree.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace boxgate::conf {

/// The apps by name; null: it has a fault, which was reported.
using app_map = std::map<std::string, std::shared_ptr<const box_app>>;

/// What many users share: a user's settings without a login, and the app they act through.
struct group_settings {
    user_settings defaults;
    std::shared_ptr<const box_app> app;  ///< null: none was given, or it has a fault
    bool has_app = false;                ///< one was given, good or bad
};
using group_map = std::map<std::string, group_settings>;

/// Reads one value of the map `groups`. Credentials and limits, never a password or keys.
group_settings read_group(read_context& context, const yaml_entry& entry, const app_map& apps);

/// Reads one value of the map `users`: what it says itself wins over its group. Null after a report.
std::unique_ptr<user_settings> read_user(read_context& context, const yaml_entry& entry, const app_map& apps,
                                         const group_map& groups);

/// The keys that a user and a group may have, for keys_of().
std::vector<std::string> user_keys();
std::vector<std::string> group_keys();

}  // namespace boxgate::conf
