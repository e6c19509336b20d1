#pragma once

#include "box/examination.hpp"
#include "conf/settings/settings_yaml.hpp"

#include <ostream>
#include <string>

namespace boxgate::server {

/// Asks Box about every user as a login would, through the proxy, and prints a table: Box user, root, rights, free
/// space; below it a sentence for each that fails, and for each host of content that cannot be reached: what is wrong
/// and who can mend it. Makes and changes nothing. True if all would get in and their transfers through.
bool check_online(const conf::load_outcome& settings, std::ostream& out);

/// One row of that table.
std::string table_row(const std::string& login, const box::examination& found, const conf::user_settings& user);

}  // namespace boxgate::server
