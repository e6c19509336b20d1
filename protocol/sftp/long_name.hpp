#pragma once

#include "protocol/storage/access.hpp"
#include "protocol/storage/entry.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace boxgate::sftp {

/// The line that a client shows for `ls -l` (section 7, "longname"), in the form of OpenSSH's server: mode, links,
/// owner, group, size, time and name. The time is UTC, with hour and minute if it is at most half a year before `now`
/// and not after it, else with the year. `name` stands for the entry's own ("." for example).
std::string long_name(const storage::entry& what, std::string_view name, std::string_view owner,
                      storage::access granted, std::chrono::system_clock::time_point now);

}  // namespace boxgate::sftp
