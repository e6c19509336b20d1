#include "conf/settings/settings_yaml.hpp"

#include "conf/settings/validate.hpp"

#include <algorithm>

namespace boxgate::conf {

namespace {

void append(std::vector<fault>& to, std::vector<fault> more) {
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// In the order of the lines, each once, and not more than a person would read.
void tidy(std::vector<fault>& faults) {
    constexpr std::size_t most = 200;
    std::stable_sort(faults.begin(), faults.end(), [](const fault& a, const fault& b) { return a.at < b.at; });
    faults.erase(std::unique(faults.begin(), faults.end()), faults.end());
    if (faults.size() <= most) return;
    const auto left_out = std::to_string(faults.size() - most);
    faults.resize(most);
    faults.push_back({faults.back().file, faults.back().at, "and " + left_out + " more faults behind this place"});
}

}  // namespace

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
        const auto users = files(outcome.gateway.users);
        if (users.has_error()) {
            outcome.faults.push_back({gateway_yaml.string(), positions.of("users"), "users: " + users.error().text});
        } else {
            outcome.users = read_users(*users, outcome.gateway.users, files, of_users);
        }
    }
    tidy(outcome.faults);
    tidy(of_users);
    append(outcome.faults, std::move(of_users));
    return outcome;
}

}  // namespace boxgate::conf
