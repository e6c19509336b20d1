#include "server/file_watch.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/inotify.h>

namespace boxgate::server {

namespace fs = std::filesystem;

namespace {

constexpr std::uint32_t in_folder = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB;
// A file that is mounted alone tells nothing to the folder it is seen in.
constexpr std::uint32_t of_file = IN_CLOSE_WRITE | IN_ATTRIB;
constexpr int most_links = 40;  // as the kernel has it

int open_inotify() {
    const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (descriptor < 0) {
        throw boost::system::system_error(errno, boost::system::system_category(), "cannot watch the users' files");
    }
    return descriptor;
}

}  // namespace

file_watch::file_watch(const boost::asio::any_io_executor& executor) : notify_(executor, open_inotify()) {}

std::error_code file_watch::set(const std::set<fs::path>& paths) {
    trouble_.clear();
    const auto before = std::move(names_);
    names_.clear();
    for (const auto& path : paths) {
        std::error_code error;
        walk(fs::absolute(path, error).lexically_normal(), most_links);
    }
    for (const auto& [watch, names] : before) {
        if (!names_.contains(watch)) ::inotify_rm_watch(notify_.native_handle(), watch);
    }
    return trouble_;
}

void file_watch::add(const fs::path& where, std::uint32_t events, const std::string& name) {
    const int watch = ::inotify_add_watch(notify_.native_handle(), where.c_str(), events);
    if (watch >= 0) {
        names_[watch].insert(name);
    } else if (errno != ENOENT && errno != ENOTDIR) {
        trouble_ = std::error_code(errno, std::system_category());
    }
}

void file_watch::look_at(const fs::path& directory, const std::string& name) {
    add(directory, in_folder, name);
}

// Follows a path step by step, as the kernel does: each link on it may be exchanged, and so may its end.
void file_watch::walk(const fs::path& path, int links_left) {
    fs::path so_far = "/";
    for (auto part = std::next(path.begin()); part != path.end(); ++part) {
        const auto here = so_far / *part;
        std::error_code error;
        const auto kind = fs::symlink_status(here, error).type();
        const bool last = std::next(part) == path.end();
        if (kind == fs::file_type::symlink && links_left > 0) {
            look_at(so_far, part->string());
            auto target = so_far / fs::read_symlink(here, error);
            for (auto rest = std::next(part); rest != path.end(); ++rest) target /= *rest;
            return walk(target.lexically_normal(), links_left - 1);
        }
        if (last || kind == fs::file_type::not_found) {
            look_at(so_far, part->string());
            if (kind == fs::file_type::directory) look_at(here, {});
            if (kind == fs::file_type::regular) add(here, of_file, {});
            return;
        }
        so_far = here;
    }
}

bool file_watch::concerns_us(const char* events, std::size_t length) const {
    for (std::size_t at = 0; at + sizeof(inotify_event) <= length;) {
        inotify_event event;  // copied: where a path's length puts the next one, its fields need not be aligned
        std::memcpy(&event, events + at, sizeof event);
        const char* const given = events + at + sizeof event;  // with NULs behind it up to event.len
        at += sizeof event + event.len;
        if (event.mask & IN_Q_OVERFLOW) return true;
        const auto found = names_.find(event.wd);
        if (found == names_.end()) continue;
        const std::string name = event.len > 0 ? given : "";
        if (found->second.contains({}) || found->second.contains(name)) return true;
    }
    return false;
}

boost::asio::awaitable<void> file_watch::changed() {
    std::array<char, 16 * 1024> events;
    while (true) {
        const auto length = co_await notify_.async_read_some(boost::asio::buffer(events), boost::asio::use_awaitable);
        if (concerns_us(events.data(), length)) co_return;
    }
}

}  // namespace boxgate::server
