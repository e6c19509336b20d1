#pragma once

#include "conf/settings/fault.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>

namespace boxgate::conf {

/// The settings, and every file they name, may be this large.
inline constexpr std::size_t max_settings_file = 16 * 1024 * 1024;

/// How the loader gets at files; tests and fuzzers put their own in its place.
using file_source = std::function<parsed<std::string>(const std::filesystem::path&)>;

/// The whole content of a regular file of at most max_settings_file bytes; else why not. Never waits: devices and pipes
/// are refused.
parsed<std::string> read_text_file(const std::filesystem::path& file);

}  // namespace boxgate::conf
