#pragma once

#include "tests/simulator/box_error.hpp"
#include "tests/simulator/enterprise.hpp"

#include <boost/json/object.hpp>

#include <atomic>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace box_simulator {

struct file_version {
    std::string id;
    std::string sha1;  ///< hex
    std::uint64_t size = 0;
};

struct item_lock {
    std::string by;           ///< user id
    std::time_t expires = 0;  ///< 0: never
    bool no_download = false;
};

/// A file, folder or web link. Copies are snapshots.
struct item {
    std::string id;  ///< the root of a user is "root-<user id>" inside and "0" outside
    std::string type;
    std::string parent_id;
    std::string owner_id;
    std::string name;
    std::int64_t etag = 0;
    std::int64_t sequence_id = 0;
    std::vector<file_version> versions;  ///< the current one last; files only
    std::time_t created = 0;
    std::time_t modified = 0;
    bool trashed = false;
    std::optional<item_lock> lock;
    std::string suffix_on_disk;    ///< tells two folders of one name apart there
    std::set<std::string> denied;  ///< folders: can_upload, can_download, can_delete, can_rename; inherited

    const file_version& current() const { return versions.back(); }
    bool locked_against(const std::string& user) const {
        return lock && lock->by != user && (lock->expires == 0 || lock->expires > std::time(nullptr));
    }
    std::string outside_id() const { return id.starts_with("root-") ? "0" : id; }
};

/// What everybody in the enterprise has in Box. The current content of every file lies as a plain file under
/// DIR/root/<login>/...; all versions lie in DIR/.state/blobs, and the plain file is a second link to one of them.
/// Thread-safe; each function throws box_error with what Box would answer.
class tree {
public:
    tree(std::filesystem::path directory, const enterprise& of);

    /// Told of every change, under the name of Box's event: whose tree it is in, and the item as it is now.
    using listener = std::function<void(const std::string& user, const std::string& event, const item& what)>;
    void on_change(listener tell) { tell_ = std::move(tell); }

    item get(const std::string& user, const std::string& type, const std::string& id) const;
    std::vector<item> children(const std::string& user, const std::string& folder_id) const;  ///< in Box's order
    item create_folder(const std::string& user, const std::string& parent_id, const std::string& name);
    item update(const std::string& user, const std::string& type, const std::string& id,
                std::optional<std::string> name, std::optional<std::string> parent_id, const std::string& if_match);
    void remove(const std::string& user, const std::string& type, const std::string& id, bool recursive,
                const std::string& if_match);
    item set_lock(const std::string& user, const std::string& id, std::optional<item_lock> lock,
                  const std::string& if_match);
    item copy_file(const std::string& user, const std::string& id, const std::string& parent_id,
                   std::optional<std::string> name);

    /// Preflight: throws what an upload of that name (and size) would meet.
    void check_upload(const std::string& user, const std::string& parent_id, const std::string& name,
                      std::optional<std::uint64_t> size) const;
    void check_version(const std::string& user, const std::string& file_id, const std::string& name,
                       std::optional<std::uint64_t> size) const;

    /// Takes the finished temporary file `content` over.
    item add_file(const std::string& user, const std::string& parent_id, const std::string& name,
                  const std::filesystem::path& content, const std::string& sha1, std::uint64_t size,
                  std::optional<std::time_t> modified);
    item add_version(const std::string& user, const std::string& file_id, const std::string& name,
                     const std::filesystem::path& content, const std::string& sha1, std::uint64_t size,
                     const std::string& if_match, std::optional<std::time_t> modified);
    item promote(const std::string& user, const std::string& file_id, const std::string& version_id);

    /// Until its end, moves, copies and deletions of the folder, and of what is in it, are refused for the moment.
    class work_in_progress {
    public:
        work_in_progress(tree& in, const std::string& user, const std::string& folder_id);
        ~work_in_progress() { end(); }
        void end();

    private:
        tree& in_;
        std::string id_;
    };

    std::filesystem::path blob(const std::string& version_id) const { return state_ / "blobs" / version_id; }
    std::filesystem::path new_temporary();
    std::size_t temporaries() const;

    std::uint64_t used(const std::string& user) const;
    std::vector<std::pair<std::string, item>> all(const std::string& user) const;  ///< with paths, in order

    std::atomic<bool> strict_names = false;
    std::atomic<bool> nfkc_names = false;    ///< a name also collides with what it is in NFKC
    std::atomic<int> duplicate_folders = 0;  ///< so many folders are made although their name is taken: a lost race

    // For the admin port.
    void seed(const std::string& user, const std::string& path, std::optional<std::string> content);
    void seed_web_link(const std::string& user, const std::string& folder_id, const std::string& name);
    /// From now on catch_up() takes note of what others do to the plain files. What stays as it was keeps its id.
    void follow_files() { follows_files_ = true; }
    void catch_up();
    void lock(const std::string& file_id, const std::string& by_user);
    void deny(const std::string& folder_id, std::set<std::string> permissions);

    boost::json::object to_json(const item& what, const std::set<std::string>& fields) const;
    boost::json::object to_mini_json(const item& what) const;

private:
    using map = std::map<std::string, item>;

    std::string inside_id(const std::string& user, const std::string& id) const;
    item& find(const std::string& user, const std::string& type, const std::string& id);
    const item& find(const std::string& user, const std::string& type, const std::string& id) const;
    const item* child_called(const std::string& folder_id, const std::string& name) const;
    void refuse_conflict(const std::string& folder_id, const std::string& name, const std::string& except_id,
                         bool as_list) const;
    void require(const item& what, const std::string& permission) const;
    void require_space(const std::string& user, std::uint64_t size) const;
    std::filesystem::path place(const item& what) const;
    void link_into_place(const item& what);
    void scan(const std::filesystem::path& folder, const std::string& folder_id, const std::string& owner);
    void adopt(const std::filesystem::directory_entry& entry, const std::string& folder_id, const std::string& owner);
    void rescan(const std::filesystem::path& folder, const std::string& folder_id, const std::string& owner);
    std::string next_id() { return std::to_string(next_id_++); }
    item& insert(item what);
    void touch(item& what);
    void take_out(const item& what);
    void require_quiet(const item& what) const;
    void require_unlocked(const item& what, const std::string& user) const;
    void tell(const char* event, const item& what) const;
    void take(item& file, const std::filesystem::path& content, const std::string& sha1, std::uint64_t size);
    std::uint64_t used_unlocked(const std::string& user) const;
    void append(item& file, file_version version);

    const std::filesystem::path root_;
    const std::filesystem::path state_;
    const enterprise& enterprise_;
    listener tell_;
    std::atomic<bool> follows_files_ = false;
    mutable std::recursive_mutex mutex_;
    map items_;
    std::set<std::string> at_work_;                                            // folders with work in progress
    std::map<std::string, std::multimap<std::string, std::string>> children_;  // folder id -> folded name -> id
    std::map<std::string, std::uint64_t> used_;  // by user: bytes of current versions, those in the trash too
    std::uint64_t next_id_ = 100000;
    std::int64_t next_sequence_ = 1;
};

std::string to_iso(std::time_t when);
std::optional<std::time_t> from_iso(const std::string& text);

}  // namespace box_simulator
