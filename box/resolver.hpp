#pragma once

#include "box/api/endpoints.hpp"
#include "box/api/types.hpp"
#include "box/client.hpp"
#include "box/identity.hpp"
#include "box/path_cache.hpp"
#include "box/single_flight.hpp"
#include "box/swaps.hpp"
#include "box/waiting.hpp"
#include "conf/runtime/telemetry.hpp"
#include "protocol/storage/failure.hpp"
#include "protocol/storage/path.hpp"

#include <boost/asio/awaitable.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace boxgate::box {

/// Finds items by path for one identity, asking Box only for what the cache does not know. Belongs to the control
/// thread; one per identity, shared by all its sessions.
///
/// A name that is not cached is looked up by one preflight, which answers 409 with the item in the way; where the user
/// may not upload, by listing the folder.
class resolver {
public:
    /// `calls`, `where` and `counts`, told of what the cache knew, outlive the resolver. `shared`: the process's.
    resolver(std::shared_ptr<identity> who, client& calls, const api::endpoints& where,
             std::chrono::steady_clock::duration time_to_live, now_function now = real_now(),
             runtime::telemetry& counts = runtime::telemetry::none(),
             std::shared_ptr<swaps> shared = std::make_shared<swaps>());

    /// The item at `path` below the folder `root_id`; "/" is that folder itself. At least type, id, name and version
    /// are set. not_found, not_a_directory.
    boost::asio::awaitable<storage::result<api::item>> find(std::string root_id, storage::path path);

    /// The same with size, times and SHA-1: one more call where the cache holds less.
    boost::asio::awaitable<storage::result<api::item>> describe(std::string root_id, storage::path path);

    /// The child of a folder, from the cache or by one call. not_found.
    boost::asio::awaitable<storage::result<api::item>> child(std::string folder_id, std::string name);
    /// The same from the cache alone; nullopt: not known.
    std::optional<api::item> known_child(const std::string& folder_id, const std::string& name);
    /// The child of a folder, asking Box whatever the cache says. It may be a bookmark (api::item_type::web_link),
    /// which has its name to itself as files have; nothing else here knows of those.
    boost::asio::awaitable<storage::result<api::item>> fresh_child(std::string folder_id, std::string name);

    /// An item by its id, from Box.
    boost::asio::awaitable<storage::result<api::item>> fetch(api::item_type type, std::string id);

    /// The next page of a folder; what it holds is cached, unless the folder is larger than the cache. Begin with an
    /// empty marker and a mark of 0.
    struct page {
        page() = default;
        api::item_page content;
        std::uint64_t mark = 0;          ///< to be given to the next call
        std::vector<api::item> orphans;  ///< files aside (see box/aside) that no running swap has put there
    };
    boost::asio::awaitable<storage::result<page>> list(std::string folder_id, std::string marker, std::uint64_t mark);

    // What our own writes have changed.
    void learned(const std::string& folder_id, const api::item& child);
    void removed(const std::string& folder_id, const std::string& id);
    /// Something on the way to `path` turned out to be stale: what is known of the items on it is forgotten.
    void distrust(std::string root_id, const storage::path& path);

    /// A file of the folder steps aside so that another can take its name.
    swap step_aside(const std::string& folder_id, api::item old, std::string source_id);
    bool is_being_swapped(const std::string& folder_id, const std::string& name) const;
    /// Whether a swap was given up, by whomever, whose file may wait aside in the folder.
    bool is_unsettled(const std::string& folder_id) const;
    void set_unsettled(const std::string& folder_id, bool is);

    path_cache& cache() { return cache_; }
    const std::shared_ptr<identity>& who() const { return who_; }

private:
    boost::asio::awaitable<storage::result<api::item>> walk(std::string root_id, storage::path path, bool from_cache);
    boost::asio::awaitable<storage::result<api::item>> look_up(std::string folder_id, std::string name);
    boost::asio::awaitable<storage::result<api::item>> look_up_by_listing(std::string folder_id, std::string name);
    boost::asio::awaitable<storage::result<api::item>> describe_root(std::string root_id);
    const api::item* still_there(const std::string& folder_id, const std::string& name) const;
    void sort_out_asides(page& of) const;

    std::shared_ptr<identity> who_;
    client& client_;
    const api::endpoints& endpoints_;
    std::chrono::steady_clock::duration time_to_live_;
    path_cache cache_;
    now_function now_;
    runtime::telemetry& counts_;
    single_flight<std::pair<std::string, std::string>, api::item> lookups_;  // by folder and folded name
    std::shared_ptr<swaps> swaps_;
    std::map<std::string, path_cache::clock::time_point> only_listed_;  // folders where the user may not upload
};

}  // namespace boxgate::box
