#pragma once

#include "conf/runtime/clock.hpp"
#include "protocol/storage/filesystem.hpp"
#include "tests/support/memory_content.hpp"
#include "tests/support/memory_faults.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace boxgate::testing {

/// The tree behind memory_filesystem, in the manner of Box: ids, one folded name space per folder, versions. Its verbs
/// are those of the port without the waiting; `root` is the id of the folder that a path starts from. Any thread may
/// call. Shared, so that a test looks at what a session has stored.
class memory_tree {
public:
    using content = std::shared_ptr<const memory_content>;
    template <class T>
    using result = storage::result<T>;

    static constexpr const char* root_id = "0";

    enum class mode {
        keep,
        discard,  ///< for big transfers: sizes are kept, bytes are not, nothing is hashed; reads give pattern()
    };

    explicit memory_tree(mode how = mode::keep);
    /// `now` stamps what is stored; it must outlive the tree.
    memory_tree(mode how, const runtime::clock& now);

    // What tests set up and look at. Paths are from the tree's root; a wrong one throws.
    void add_directory(std::string_view path);  ///< with its parents
    void add_file(std::string_view path, std::string bytes);
    void add_file(std::string_view path, std::uint64_t size);  ///< filled with pattern()
    bool exists(std::string_view path) const;
    storage::entry find(std::string_view path) const;
    std::string bytes(std::string_view path) const;
    std::vector<std::string> names(std::string_view path) const;  ///< in listing order
    std::size_t versions(std::string_view path) const;            ///< how often the file was stored
    void set_space(std::uint64_t total_bytes);                    ///< beyond it a commit fails with quota

    memory_faults faults;
    std::atomic<int> open_filesystems = 0;
    std::atomic<int> open_listers = 0;
    std::atomic<int> open_sources = 0;
    std::atomic<int> open_sinks = 0;
    std::atomic<std::uint64_t> checked = 0;        ///< bytes that sources were asked to check
    std::atomic<bool> damaged = false;             ///< what they answer: errc::changed
    std::atomic<std::uint64_t> dropped_sinks = 0;  ///< destroyed without a commit that succeeded

    // What the filesystem does.
    struct place {
        std::string directory;  // id
        std::string name;
    };
    struct version {
        storage::entry info;
        content data;
    };
    result<std::string> find_root(const std::string& spec, bool create_missing);
    result<storage::entry> stat(const std::string& root, const storage::path& where) const;
    result<std::string> directory_id(const std::string& root, const storage::path& where) const;
    /// The entries of a folder behind `after` (a key of the last page, or empty), folders first, by folded name.
    std::vector<storage::entry> page(const std::string& directory, std::string& after, std::size_t max) const;
    result<version> open(const std::string& root, const storage::path& where) const;
    result<place> writable(const std::string& root, const storage::path& where, storage::write_mode how,
                           bool refuse_clash) const;
    result<storage::receipt> store(const place& where, storage::write_mode how, bool refuse_clash, content data);
    result<storage::entry> make_directory(const std::string& root, const storage::path& where);
    result<void> remove(const std::string& root, const storage::path& where, storage::entry_kind kind);
    result<storage::entry> rename(const std::string& root, const storage::path& from, const storage::path& to,
                                  bool may_replace, bool refuse_clash);
    result<storage::entry> copy(const std::string& root, const storage::path& from, const storage::path& to);
    storage::space_info space() const;

    bool discards() const { return mode_ == mode::discard; }

private:
    struct node {
        storage::entry info;
        std::string parent;
        content data;
        std::size_t versions = 0;
        std::map<std::string, std::string> children;  // folded name -> id
    };
    using nodes = std::map<std::string, node>;

    result<const node*> walk(const std::string& root, const storage::path& where) const;
    result<place> free_place(const std::string& root, const storage::path& where) const;
    result<place> place_of(const std::string& root, const storage::path& where) const;
    const node* child(const node& directory, std::string_view name) const;
    std::optional<storage::failure> clash(const place& where, storage::write_mode how, bool refuse_clash) const;
    node& insert(const place& where, storage::entry_kind kind);
    void detach(const node& gone);
    std::chrono::system_clock::time_point stamp() const;
    std::uint64_t used() const;
    const node& known(std::string_view path) const;

    const mode mode_;
    const runtime::clock* const clock_;
    mutable std::mutex mutex_;
    nodes nodes_;
    std::uint64_t next_id_ = 1000;
    std::uint64_t space_ = std::uint64_t{1} << 40;
};

}  // namespace boxgate::testing
