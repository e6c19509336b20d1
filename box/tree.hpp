#pragma once

#include "box/options.hpp"
#include "box/resolver.hpp"
#include "box/waiting.hpp"
#include "conf/runtime/log.hpp"
#include "protocol/storage/entry.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace boxgate::box {

/// What one identity can do to its tree, in Box's terms: the verbs that change names, each a walk of the resolver, one
/// Box call and one update of the cache. Belongs to the control thread; one per identity, shared by its sessions.
///
/// Of a call that Box may or may not have carried out Box is asked what is true now; renaming and deleting by id can be
/// asked for again without harm, and are. An id that has gone stale is looked up once more.
class tree {
public:
    template <class T>
    using task = boost::asio::awaitable<storage::result<T>>;

    /// `calls`, `where`, `settings` and `log` outlive the tree. `shared`: the process's.
    tree(std::shared_ptr<identity> who, client& calls, const api::endpoints& where, const options& settings,
         const runtime::log& log, waiting how = waiting(), std::shared_ptr<swaps> shared = std::make_shared<swaps>());

    resolver& names() { return names_; }
    const std::shared_ptr<identity>& who() const { return names_.who(); }

    /// The next page of a folder as resolver::list() tells it, after renamings that a crash has cut short were finished
    /// or undone.
    task<resolver::page> list(std::string folder_id, std::string marker, std::uint64_t mark);

    /// As resolver::describe(). Where a name is missing from a folder that was not listed since the start, the folder's
    /// first page is looked at once: a renaming that a crash has cut short would have left the file aside. Likewise,
    /// until that is settled, where one that this process gave up may have.
    task<api::item> describe(std::string root_id, storage::path where);

    /// Of several sessions that make the same folder at a time one succeeds; errc::exists for the others.
    task<api::item> make_directory(std::string root_id, storage::path where);
    task<void> remove(std::string root_id, storage::path where, api::item_type type);
    task<void> remove_item(api::item what);
    /// A file as Box has it now; nullopt: it is gone, or in the trash. Asked for up to a minute, since something has
    /// just gone wrong with it; fails only where Box cannot be asked for all of that time.
    task<std::optional<api::item>> current_state(api::item file);
    task<api::item> copy(std::string root_id, storage::path from, storage::path to);
    task<storage::space_info> space();

    /// What a renaming came to: `now`, or nothing yet, because a file is in the way that is to get the content of
    /// `source`: the caller, on its worker, brings the content over and then removes the source.
    struct renaming {
        renaming() = default;
        api::item now;
        std::optional<api::item> source;
    };
    /// What may become of a file that has the name already.
    struct replacing {
        replacing(bool is_allowed, bool refuses_case_clash, conf::rename_over manner)
            : allowed(is_allowed), refuse_case_clash(refuses_case_clash), how(manner) {}
        bool allowed;
        bool refuse_case_clash;  ///< one whose name differs by case is another file, and stays
        conf::rename_over how;
    };
    task<renaming> rename(std::string root_id, storage::path from, storage::path to, replacing rules);

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
    static constexpr unsigned most_tries = 3;
    // Box answers 503 to a folder's move or deletion after ten minutes, and goes on with it.
    static constexpr std::chrono::seconds box_gives_up{600};

    // One try; not_found with Box's request id: some id was stale.
    task<api::item> make_directory_once(std::string root_id, storage::path where);
    task<api::item> create_folder(std::string parent_id, std::string name);
    task<renaming> rename_once(std::string root_id, storage::path from, storage::path to, replacing rules);
    task<api::item> copy_once(std::string root_id, storage::path from, storage::path to);

    /// An item is changed only if it is still as it was when `what` was learned; errc::changed. With `stays` it is
    /// renamed wherever it is by now: the answer tells.
    enum class whereto { moves, stays };
    task<api::item> update(api::item what, std::string parent_id, std::string name, whereto to = whereto::moves);
    task<renaming> rename_onto(api::item source, api::item target, std::string parent_id, std::string name,
                               conf::rename_over how);
    task<api::item> replace(api::item source, api::item target, std::string parent_id, std::string name);
    /// Finishes or undoes a swap of which `orphan` was left aside. What the folder's listing is to show instead of what
    /// it shows of that file, if anything; fails where the file stays aside.
    task<std::optional<api::item>> settle_aside(std::string folder_id, api::item orphan, bool name_is_shown);

    // A change of one item whose answer was lost: `done` tells from what Box says of the item now whether it has been
    // carried out. Waits for as long as Box may still be at work.
    enum class fate { carried_out, not_carried_out, unknown };
    struct lost_change {
        lost_change(api::item_type of_type, std::string item_id, std::chrono::steady_clock::time_point asked_at)
            : type(of_type), id(std::move(item_id)), begin(asked_at) {}
        api::item_type type;
        std::string id;
        std::chrono::steady_clock::time_point begin;
    };
    using verdict = std::function<bool(const storage::result<api::item>& now)>;
    boost::asio::awaitable<fate> find_out(lost_change what, verdict done);

    client& client_;
    const api::endpoints& endpoints_;
    const options& settings_;
    const runtime::log& log_;
    waiting waiting_;
    resolver names_;
    single_flight<std::pair<std::string, std::string>, api::item> making_;
    std::set<std::string> examined_;  // folders listed, or made, since the start
    std::optional<storage::space_info> space_;
    std::chrono::steady_clock::time_point space_until_;
};

/// Work of a tree that keeps it: a caller that is cancelled may let go of the tree while the work goes on.
template <class T>
tree::task<T> keeping(std::shared_ptr<tree>, tree::task<T> work) {
    co_return co_await std::move(work);
}

/// An item as the port shows it.
storage::entry to_entry(const api::item& what);

/// Box has answered that an id means nothing (any more), or not what it did; a name that is not there has no request
/// id.
bool is_stale(const storage::failure& why);

/// That a name is taken, said so that a person knows by what.
storage::failure occupied(const api::item& by);

}  // namespace boxgate::box
