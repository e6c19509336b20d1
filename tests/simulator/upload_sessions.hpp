#pragma once

#include "tests/simulator/tree.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace box_simulator {

/// Chunked uploads, with every check that Box makes. Thread-safe; throws box_error.
class upload_sessions {
public:
    explicit upload_sessions(tree& items) : tree_(items) {}

    struct part {
        std::string id;
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
        std::string sha1;  ///< hex
        std::filesystem::path content;
    };
    struct session {
        std::string id;
        std::string user;
        std::string file_id;  ///< a new version of this, or empty
        std::string folder_id;
        std::string name;
        std::uint64_t size = 0;
        std::uint64_t part_size = 0;
        std::map<std::uint64_t, part> parts;  ///< by offset
        int commits_to_delay = 0;
        std::optional<std::chrono::steady_clock::time_point> ready;  ///< since the first commit: when the file will be
        bool mismatch_first = false;
        bool expired = false;
        bool known = true;
    };

    session create(const std::string& user, const std::string& file_id, const std::string& folder_id,
                   const std::string& name, std::uint64_t size);
    session get(const std::string& user, const std::string& id);

    /// Before a part's body is read: throws if the range cannot be right.
    void check_range(const std::string& user, const std::string& id, std::uint64_t offset, std::uint64_t length,
                     std::uint64_t total);
    part add(const std::string& user, const std::string& id, std::uint64_t offset, std::uint64_t length,
             const std::filesystem::path& content, const std::string& sha1);

    /// Nullopt: 202, not ready yet. `listed` are the offsets and ids that the client names, `sha1` of the whole in hex.
    std::optional<item> commit(const std::string& user, const std::string& id,
                               const std::vector<std::pair<std::uint64_t, std::string>>& listed,
                               const std::string& sha1, const std::string& if_match,
                               std::optional<std::time_t> modified);
    void abort(const std::string& user, const std::string& id);

    std::size_t open() const;  ///< those that a client knows of and has neither committed nor aborted
    /// The answer that told of it has been lost: nobody can abort it, and Box will let it expire.
    void nobody_knows(const std::string& id);
    void expire_all();  ///< what comes next for them is answered 410

    std::atomic<std::uint64_t> part_size = 8 * 1024 * 1024;
    std::atomic<std::uint64_t> minimum_size = 20'000'000;
    std::atomic<int> commit_202_count = 0;    ///< so many commits of each session are answered "not ready"
    std::atomic<int> commit_ms = 0;           ///< and all of them until so long after the first
    std::atomic<int> commit_retry_after = 1;  ///< what such an answer says, in seconds
    std::atomic<bool> parts_mismatch_once = false;

private:
    session& find(const std::string& user, const std::string& id);

    tree& tree_;
    mutable std::mutex mutex_;
    std::map<std::string, session> sessions_;
};

}  // namespace box_simulator
