#include "server/warnings.hpp"

#include "auth/password_hash.hpp"
#include "protocol/ftp/self_check.hpp"
#include "protocol/ssh/host_keys.hpp"

#include <charconv>
#include <fcntl.h>
#include <set>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace boxgate::server {

namespace {

// sha512crypt is quick to guess on graphics cards, and so is bcrypt with few rounds.
std::string weakness(std::string_view hash) {
    if (hash.starts_with("$6$")) return "sha512crypt";
    if (hash.size() > 6 && hash.starts_with("$2")) {
        int rounds = 0;
        std::from_chars(hash.data() + 4, hash.data() + 6, rounds);
        if (rounds < 10) return "bcrypt with a cost of " + std::to_string(rounds);
    }
    return {};
}

bool world_readable(const std::filesystem::path& file) {
    struct stat about {};
    return ::stat(file.c_str(), &about) == 0 && (about.st_mode & S_IROTH) != 0;
}

bool has_unnamed_files(const std::filesystem::path& folder) {
    const int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0) return false;
    ::close(file);
    return true;
}

// Which ports are taken this moment is no matter of the settings: a gateway that runs takes some itself.
ftp::surroundings at_rest() {
    auto machine = ftp::surroundings::of_this_machine();
    machine.is_free = [](const std::string&, std::uint16_t) { return true; };
    return machine;
}

}  // namespace

std::string refusal_of(const conf::load_outcome& settings) {
    const auto found = ftp::check_data_connections(settings.gateway.ftp, at_rest());
    if (!found.errors.empty()) return found.errors.front();
    try {
        if (!settings.gateway.sftp.listen.empty()) ssh::host_keys::look_at(settings.gateway.sftp.host_keys);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return {};
}

std::vector<std::string> warnings_of(const conf::load_outcome& settings, const std::filesystem::path& config) {
    std::vector<std::string> found;
    for (const auto& [login, user] : settings.users.users) {
        if (const auto weak = weakness(user.password.reveal()); !weak.empty()) {
            found.push_back("users." + login + ".password: the hash is " + weak +
                            ", which is quick to guess; make a new one with boxgate hash-password");
        }
        if (user.expires && std::chrono::system_clock::now() >= *user.expires + std::chrono::days(1)) {
            found.push_back("users." + login + ".expires: the day is over, the login does not work any more");
        }
    }
    std::set<std::filesystem::path> secrets;
    const conf::file_source noting = [&](const std::filesystem::path& file) {
        secrets.insert(file);
        return conf::read_text_file(file);
    };
    std::vector<conf::fault> ignored;
    auto known = settings.keys;
    conf::load_users(settings.gateway.users, noting, ignored, known);
    if (settings.gateway.box.proxy && !settings.gateway.box.proxy->password.empty()) secrets.insert(config);
    if (!settings.gateway.ftp.tls.private_key.empty()) secrets.insert(settings.gateway.ftp.tls.private_key);
    for (const auto& key : settings.gateway.sftp.host_keys) secrets.insert(key);
    for (const auto& file : secrets) {
        if (world_readable(file)) {
            found.push_back(file.string() + " holds secrets and can be read by everybody on this machine: chmod o-r");
        }
    }
    const auto& ftp = settings.gateway.ftp;
    const auto data = ftp::check_data_connections(ftp, at_rest());
    found.insert(found.end(), data.warnings.begin(), data.warnings.end());
    if (!ftp.listen.empty() && ftp.tls.mode == conf::tls_mode::off) {
        found.push_back("ftp.tls.mode: off lets passwords and files travel in the clear");
    }
    if (!has_unnamed_files(settings.gateway.spool.directory)) {
        found.push_back("spool.directory: the file system of " + settings.gateway.spool.directory.string() +
                        " has no O_TMPFILE; uploads that wait there have a name for a moment");
    }
    return found;
}

}  // namespace boxgate::server
