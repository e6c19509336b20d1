#pragma once

#include "conf/settings/fault.hpp"
#include "conf/settings/read_context.hpp"
#include "conf/settings/settings.hpp"

#include <filesystem>
#include <vector>

namespace boxgate::conf {

/// The rules between several keys of gateway.yaml. Pure. `file` and `positions` say where the keys stand; without a
/// file (settings made by a program) default ones do.
std::vector<fault> validate(const gateway_settings& settings, const std::filesystem::path& file,
                            const key_positions& positions);

/// What the settings expect of this machine: files that can be read, certificates that fit their keys, a directory that
/// can be written. Looks only; offline.
std::vector<fault> validate_files(const gateway_settings& settings, const std::filesystem::path& file,
                                  const key_positions& positions);

}  // namespace boxgate::conf
