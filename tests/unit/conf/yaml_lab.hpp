#pragma once

#include "conf/settings/settings_yaml.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace boxgate::testing {

/// Files in memory for the loader, by the path as it asks for them.
class yaml_lab {
public:
    /// Makes a file; its path is `name` below /lab.
    void put(const std::string& name, std::string content) { files_["/lab/" + name] = std::move(content); }

    conf::file_source source() const;

    /// Reads a text as /lab/gateway.yaml or /lab/users.yaml; faults() then tells what was wrong.
    conf::gateway_settings gateway(std::string_view text);
    conf::user_table_settings users(std::string_view text);

    /// Each as "line:column: text".
    std::vector<std::string> faults() const;
    /// All in one text, a line each.
    std::string told() const;

private:
    std::map<std::string, std::string> files_;
    std::vector<conf::fault> faults_;
};

}  // namespace boxgate::testing
