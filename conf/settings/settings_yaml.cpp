#include "conf/settings/settings_yaml.hpp"

#include "conf/settings/validate.hpp"

#include <algorithm>
#include <tuple>

namespace boxgate::conf {

namespace {

void append(std::vector<fault>& to, std::vector<fault> more) {
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// In the order of the lines, each once, and not more than a person would read.
void tidy(std::vector<fault>& faults) {
    constexpr std::size_t most = 200;
    std::stable_sort(faults.begin(), faults.end(),
                     [](const fault& a, const fault& b) { return std::tie(a.file, a.at) < std::tie(b.file, b.at); });
    faults.erase(std::unique(faults.begin(), faults.end()), faults.end());
    if (faults.size() <= most) return;
    const auto left_out = std::to_string(faults.size() - most);
    faults.resize(most);
    faults.push_back({faults.back().file, faults.back().at, "and " + left_out + " more faults behind this place"});
}

// The files that a path of `users` stands for. Names that begin with a dot are how Kubernetes and editors keep theirs.
std::vector<std::filesystem::path> files_at(const std::filesystem::path& path, std::vector<fault>& faults) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) return {path};
    std::vector<std::filesystem::path> found;
    for (std::filesystem::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
        const auto& one = at->path();
        const bool yaml = one.extension() == ".yaml" || one.extension() == ".yml";
        if (yaml && !one.filename().string().starts_with('.')) found.push_back(one);
    }
    if (error) {
        faults.push_back({path.string(), {}, "cannot read the folder: " + error.message()});
    } else if (found.empty()) {
        faults.push_back({path.string(), {}, "the folder holds no *.yaml file"});
    }
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace

user_table_settings load_users(const std::vector<std::filesystem::path>& paths, const file_source& files,
                               std::vector<fault>& faults, opened_keys& known) {
    std::vector<users_text> texts;
    for (const auto& path : paths) {
        for (const auto& file : files_at(path, faults)) {
            auto text = files(file);
            if (text.has_error()) {
                faults.push_back({file.string(), {}, text.error().text});
            } else {
                texts.emplace_back(file, *std::move(text));
            }
        }
    }
    // With a file missing, what the others say of its apps and groups would be false alarms.
    if (!faults.empty()) return {};
    auto users = read_users(texts, files, faults, known);
    tidy(faults);
    return users;
}

load_outcome load(const std::filesystem::path& gateway_yaml, const file_source& files) {
    load_outcome outcome;
    const auto text = files(gateway_yaml);
    if (text.has_error()) {
        outcome.faults.push_back({gateway_yaml.string(), {}, text.error().text});
        return outcome;
    }
    key_positions positions;
    outcome.gateway = read_gateway(*text, gateway_yaml, files, outcome.faults, &positions);
    const bool is_yaml = outcome.faults.empty() || positions.given("users") || positions.given("box") ||
                         positions.given("ftp") || positions.given("sftp");
    if (is_yaml) {  // else each missing key would be a fault of its own
        append(outcome.faults, validate(outcome.gateway, gateway_yaml, positions));
        append(outcome.faults, validate_files(outcome.gateway, gateway_yaml, positions));
    }

    std::vector<fault> of_users;
    if (!outcome.gateway.users.empty()) {
        outcome.users = load_users(outcome.gateway.users, files, of_users, outcome.keys);
    }
    tidy(outcome.faults);
    append(outcome.faults, std::move(of_users));
    return outcome;
}

}  // namespace boxgate::conf
