#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <system_error>

namespace boxgate::server {

/// Tells when files may have changed: written to, replaced by renaming, made or removed, and also when a symbolic link
/// on the way to them is exchanged, as Kubernetes does with a ConfigMap. Changes that others make on network file
/// systems, and a bind-mounted single file that its host replaces, are not seen (inotify(7)).
class file_watch {
public:
    /// Throws boost::system::system_error if the system has no inotify instance left.
    explicit file_watch(const boost::asio::any_io_executor& executor);

    /// From now on looks at these paths, which need not exist; of a folder at every name in it. An error: the system
    /// lets some of them not be watched.
    std::error_code set(const std::set<std::filesystem::path>& paths);

    /// Returns after the next change. What changed between two calls is not lost. Cancelled: throws.
    boost::asio::awaitable<void> changed();

private:
    void add(const std::filesystem::path& where, std::uint32_t events, const std::string& name);
    void look_at(const std::filesystem::path& directory, const std::string& name);
    void walk(const std::filesystem::path& path, int links_left);
    bool concerns_us(const char* events, std::size_t length) const;

    boost::asio::posix::stream_descriptor notify_;
    std::map<int, std::set<std::string>> names_;  // by watch; an empty name: every one
    std::error_code trouble_;                     // of the last set()
};

}  // namespace boxgate::server
