#pragma once

#include "box/resolver.hpp"
#include "protocol/storage/entry.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <string>

namespace boxgate::box {

/// What one identity can do to its tree, in Box's terms: the verbs that change names, each a walk of the resolver, one
/// Box call and one update of the cache. Belongs to the control thread; one per identity, shared by its sessions.
///
/// A call that Box may or may not have carried out is never repeated blindly: Box is asked what is true now.
class tree {
public:
    template <class T>
    using task = boost::asio::awaitable<storage::result<T>>;

    /// `calls` and `where` outlive the tree.
    tree(std::shared_ptr<identity> who, client& calls, const api::endpoints& where,
         std::chrono::steady_clock::duration time_to_live);

    resolver& names() { return names_; }
    const std::shared_ptr<identity>& who() const { return names_.who(); }

    task<api::item> make_directory(std::string root_id, storage::path where);
    task<void> remove(std::string root_id, storage::path where, api::item_type type);
    task<api::item> rename(std::string root_id, storage::path from, storage::path to, bool may_replace);
    task<api::item> copy(std::string root_id, storage::path from, storage::path to);
    task<storage::space_info> space();

    /// The folder that `where`'s parent names. not_found, not_a_directory.
    task<std::string> parent_folder(std::string root_id, storage::path where);

    /// What an upload to `where` has to know: the parent, and the file in its place where the cache knows one.
    struct upload_place {
        upload_place() = default;
        std::string parent_id;
        std::string name;  ///< composed
        std::optional<api::item> existing;
    };
    task<upload_place> place_of_upload(std::string root_id, storage::path where);

private:
    task<api::item> update(api::item what, std::string parent_id, std::string name);
    task<api::item> replace(api::item source, api::item target, std::string parent_id, std::string name);
    task<void> remove_item(api::item what);

    client& client_;
    const api::endpoints& endpoints_;
    resolver names_;
};

/// An item as the port shows it.
storage::entry to_entry(const api::item& what);

}  // namespace boxgate::box
