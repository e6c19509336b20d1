#pragma once

#include "conf/settings/fault.hpp"
#include "conf/settings/key_trials.hpp"
#include "conf/settings/read_context.hpp"
#include "conf/settings/settings.hpp"
#include "conf/settings/text_file.hpp"

#include <filesystem>
#include <string_view>
#include <vector>

namespace boxgate::conf {

/// What the two files say. With faults the settings are incomplete and good for nothing.
struct load_outcome {
    gateway_settings gateway;
    user_table_settings users;
    opened_keys keys;           ///< the apps' keys, which need not be opened again
    std::vector<fault> faults;  ///< of both files, in the order of the lines; empty: all is well
};

/// Reads gateway.yaml, the users file it names and every file those name, and checks all of it (see validate.hpp).
/// Nothing is written, opened to the network or asked of Box. Never throws for what the files hold.
load_outcome load(const std::filesystem::path& gateway_yaml, const file_source& files = read_text_file);

/// One users file.
struct users_text {
    users_text(std::filesystem::path from, std::string content) : file(std::move(from)), text(std::move(content)) {}

    std::filesystem::path file;
    std::string text;
};

/// Reads the users files of `paths` (see gateway_settings::users) as load() does, as one table: apps and groups count
/// in all of them. Faults come in the order of files and lines. Keys of `known` are not opened again; afterwards it has
/// the keys of these files.
user_table_settings load_users(const std::vector<std::filesystem::path>& paths, const file_source& files,
                               std::vector<fault>& faults, opened_keys& known);

/// The first half of load(): the text of one file into settings, without the rules that look at several keys. The name
/// of the file is for faults and for paths relative to it. `positions` (may be null) receives where each key stands.
gateway_settings read_gateway(std::string_view text, const std::filesystem::path& file, const file_source& files,
                              std::vector<fault>& faults, key_positions* positions);
user_table_settings read_users(const std::vector<users_text>& texts, const file_source& files,
                               std::vector<fault>& faults, opened_keys& known);
user_table_settings read_users(std::string_view text, const std::filesystem::path& file, const file_source& files,
                               std::vector<fault>& faults);

/// Every key the files may hold, dotted, `*` for a name of the operator's: "ftp.tls.mode", "users.*.password".
std::vector<std::string> gateway_keys();
std::vector<std::string> users_keys();

}  // namespace boxgate::conf
