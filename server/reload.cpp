#include "server/reload.hpp"

#include "conf/runtime/offload.hpp"
#include "conf/settings/settings_yaml.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace boxgate::server {

namespace asio = boost::asio;

namespace {

constexpr auto quiet = std::chrono::milliseconds(200);  // several files are seldom written in one moment
constexpr unsigned most_postponed = 25;                 // whoever writes all the time must not put it off for ever
constexpr std::size_t most_faults = 20;                 // in the log; `boxgate check` tells all

struct reading {
    reading() = default;

    conf::user_table_settings users;
    std::vector<conf::fault> faults;
    std::set<std::filesystem::path> files;  // that were asked for: secrets and keys, too
};

bool is_same(const conf::user_settings& one, const conf::user_settings& other) {
    auto left = one;
    auto right = other;
    const bool same_app = left.app && right.app ? *left.app == *right.app : left.app == right.app;
    left.app = right.app = nullptr;
    return same_app && left == right;
}

bool is_same(const conf::user_table_settings& one, const conf::user_table_settings& other) {
    const auto same = [](const auto& left, const auto& right) {
        return left.first == right.first && is_same(left.second, right.second);
    };
    return std::equal(one.users.begin(), one.users.end(), other.users.begin(), other.users.end(), same);
}

// Changed just now. A file of the future does not count: its clock is another.
bool is_being_written(const std::set<std::filesystem::path>& files) {
    const auto now = std::filesystem::file_time_type::clock::now();
    return std::any_of(files.begin(), files.end(), [&](const std::filesystem::path& file) {
        std::error_code error;
        const auto written = std::filesystem::last_write_time(file, error);
        return !error && std::filesystem::is_regular_file(file, error) && written <= now && now - written < quiet / 2;
    });
}

reading read_all(const std::vector<std::filesystem::path>& paths, conf::opened_keys& known) {
    reading got;
    got.files.insert(paths.begin(), paths.end());
    const conf::file_source noting = [&got](const std::filesystem::path& file) {
        got.files.insert(file);
        return conf::read_text_file(file);
    };
    got.users = conf::load_users(paths, noting, got.faults, known);
    return got;
}

}  // namespace

reloader::reloader(asio::io_context& context, std::vector<std::filesystem::path> paths,
                   const conf::user_table_settings& present, conf::opened_keys known, const runtime::log& log,
                   runtime::telemetry& counts, take_function take)
    : paths_(std::move(paths)),
      known_keys_(std::move(known)),
      log_(log),
      counts_(counts),
      take_(std::move(take)),
      files_(context.get_executor()),
      due_(context, asio::steady_timer::time_point::max()) {
    follow(read_all(paths_, known_keys_).files);
    // Since the table at hand was read, the files may have changed, and nobody was watching yet.
    const auto now = read_all(paths_, known_keys_);
    if (!now.faults.empty() || !is_same(now.users, present)) request();
}

// What was read before it was watched may have changed in between: then it is read once more.
void reloader::follow(std::set<std::filesystem::path> files) {
    const bool more = !std::includes(followed_.begin(), followed_.end(), files.begin(), files.end());
    if (more && !followed_.empty()) {
        wanted_ = true;
        due_.expires_after(quiet);
    }
    followed_ = std::move(files);
    const auto blind = files_.set(followed_);
    if (!blind || std::exchange(blindness_told_, true)) return;
    log_.error("users_not_watched", {{"reason", blind.message()},
                                     {"hint",
                                      "changes of the users' files are seen on SIGHUP only; the system's limit "
                                      "is fs.inotify.max_user_watches"}});
}

void reloader::start() {
    asio::co_spawn(due_.get_executor(), watch(), asio::detached);
    asio::co_spawn(due_.get_executor(), run(), asio::detached);
}

void reloader::stop() {
    stopped_ = true;
    due_.cancel();
}

void reloader::request() {
    wanted_ = true;
    due_.expires_after(std::chrono::seconds(0));
}

asio::awaitable<void> reloader::watch() {
    while (!stopped_) {
        co_await files_.changed();
        if (std::exchange(wanted_, true)) continue;  // whoever writes all the time must not put it off for ever
        due_.expires_after(quiet);
    }
}

asio::awaitable<void> reloader::run() {
    while (!stopped_) {
        co_await due_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (stopped_ || !wanted_ || due_.expiry() > std::chrono::steady_clock::now()) continue;
        wanted_ = false;
        due_.expires_at(asio::steady_timer::time_point::max());
        try {
            co_await reload();
        } catch (const std::exception& error) {
            log_.error("users_kept", {{"reason", error.what()}});
            counts_.reload("kept");
        }
    }
}

asio::awaitable<void> reloader::reload() {
    const auto since = std::chrono::steady_clock::now();
    const auto read = [this] { return read_all(paths_, known_keys_); };
    auto got = co_await runtime::offload(reading_, read);
    follow(got.files);
    if (is_being_written(got.files) && ++postponed_ < most_postponed) {
        // Half a file may be a whole table. Whoever writes is through in a moment, or writes again.
        wanted_ = true;
        due_.expires_after(quiet);
        co_return;
    }
    postponed_ = 0;
    if (got.faults.empty()) {
        const auto count = got.users.users.size();
        co_await take_(std::move(got.users));
        const auto took = std::chrono::steady_clock::now() - since;
        log_.info("users_reloaded",
                  {{"users", count}, {"ms", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
        counts_.reload("ok");
        co_return;
    }
    for (std::size_t i = 0; i < std::min(got.faults.size(), most_faults); ++i) {
        const auto& fault = got.faults[i];
        log_.error("users_fault",
                   {{"file", fault.file}, {"line", fault.at.line}, {"column", fault.at.column}, {"text", fault.text}});
    }
    log_.error("users_kept",
               {{"faults", got.faults.size()}, {"reason", "the users' files have faults; the old table stays"}});
    counts_.reload("kept");
}

}  // namespace boxgate::server
