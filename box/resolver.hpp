#pragma once

#include "box/api/endpoints.hpp"
#include "box/api/types.hpp"
#include "box/client.hpp"
#include "box/identity.hpp"
#include "box/path_cache.hpp"
#include "box/single_flight.hpp"
#include "protocol/storage/failure.hpp"
#include "protocol/storage/path.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

namespace boxgate::box {

/// Finds items by path for one identity, asking Box only for what the cache does not know. Belongs to the control
/// thread; one per identity, shared by all its sessions.
///
/// A name that is not cached is looked up by one preflight, which answers 409 with the item in the way; where the user
/// may not upload, by listing the folder.
class resolver {
public:
    /// `calls` and `where` outlive the resolver.
    resolver(std::shared_ptr<identity> who, client& calls, const api::endpoints& where,
             std::chrono::steady_clock::duration time_to_live);

    /// The item at `path` below the folder `root_id`; "/" is that folder itself. At least type, id, name and version
    /// are set. not_found, not_a_directory.
    boost::asio::awaitable<storage::result<api::item>> find(std::string root_id, storage::path path);

    /// The same with size, times and SHA-1: one more call where the cache holds less.
    boost::asio::awaitable<storage::result<api::item>> describe(std::string root_id, storage::path path);

    /// The child of a folder, from the cache or by one call. not_found.
    boost::asio::awaitable<storage::result<api::item>> child(std::string folder_id, std::string name);
    /// The child of a folder, asking Box whatever the cache says.
    boost::asio::awaitable<storage::result<api::item>> fresh_child(std::string folder_id, std::string name);

    /// An item by its id, from Box.
    boost::asio::awaitable<storage::result<api::item>> fetch(api::item_type type, std::string id);

    /// The next page of a folder; what it holds is cached. Begin with an empty marker and a mark of 0.
    struct page {
        page() = default;
        api::item_page content;
        std::uint64_t mark = 0;  ///< to be given to the next call
    };
    boost::asio::awaitable<storage::result<page>> list(std::string folder_id, std::string marker, std::uint64_t mark);

    // What our own writes have changed.
    void learned(const std::string& folder_id, const api::item& child);
    void removed(const std::string& folder_id, const std::string& id);

    path_cache& cache() { return cache_; }
    const std::shared_ptr<identity>& who() const { return who_; }

private:
    boost::asio::awaitable<storage::result<api::item>> walk(std::string root_id, storage::path path, bool from_cache);
    boost::asio::awaitable<storage::result<api::item>> look_up(std::string folder_id, std::string name);
    boost::asio::awaitable<storage::result<api::item>> look_up_by_listing(std::string folder_id, std::string name);

    std::shared_ptr<identity> who_;
    client& client_;
    const api::endpoints& endpoints_;
    path_cache cache_;
    single_flight<std::pair<std::string, std::string>, api::item> lookups_;
};

}  // namespace boxgate::box
