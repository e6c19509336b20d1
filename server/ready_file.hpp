#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace boxgate::server {

/// Tells a script that boxgate accepts connections, and on which ports: {"ftp":[2121],"sftp":[2222]}. The file appears
/// whole or not at all. Throws std::filesystem::filesystem_error.
void write_ready_file(const std::filesystem::path& file,
                      const std::map<std::string, std::vector<std::uint16_t>>& ports);

}  // namespace boxgate::server
