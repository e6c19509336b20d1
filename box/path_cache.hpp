#pragma once

#include "box/api/types.hpp"

#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

namespace boxgate::box {

/// What is known of folders' children: pure bookkeeping, takes the time as an argument. Bounded: beyond `max_items` the
/// folders that were asked for longest ago are forgotten.
class path_cache {
public:
    using clock = std::chrono::steady_clock;

    path_cache(clock::duration time_to_live, std::size_t max_items) : ttl_(time_to_live), max_items_(max_items) {}

    enum class knowledge { unknown, present, absent };
    struct lookup {
        lookup(knowledge what_is_known, std::optional<api::item> found_item)
            : known(what_is_known), item(std::move(found_item)) {}

        knowledge known;
        std::optional<api::item> item;  ///< set if present
    };

    /// The child called `name`: exactly, else as Box folds names. `absent` only where the folder's whole listing is
    /// known.
    lookup find(const std::string& folder_id, std::string_view name, clock::time_point now);

    /// What is known of a newer state of the child (by its sequence id) stays.
    void put(const std::string& folder_id, const api::item& child, clock::time_point now);
    void forget_child(const std::string& folder_id, const std::string& child_id);
    /// Forgets what is known of the children of a folder.
    void forget_folder(const std::string& folder_id);

    /// The item as far as it is known, however old, with parent_id set to the folder that it is known in.
    std::optional<api::item> by_id(const std::string& id) const;
    /// Forgets an item wherever it is known, and its children if it is a folder.
    void forget_item(const std::string& id);
    /// A child may have come to the folder: its listing is no longer whole, what is known of it stays.
    void doubt(const std::string& folder_id);
    void clear();

    /// A folder that is nobody's child here: where some session's tree begins.
    std::optional<api::item> root(const std::string& id, clock::time_point now) const;
    void put_root(const api::item& what, clock::time_point now) {
        roots_.insert_or_assign(what.id, known_root(what, now));
    }
    void forget_root(const std::string& id) { roots_.erase(id); }

    /// A listing is about to be asked for. The returned mark goes to the functions below, which do nothing for a mark
    /// that is_listing() denies.
    std::uint64_t begin_listing(const std::string& folder_id, clock::time_point now);
    /// Its first page has come: what was known of the folder before it was asked for is forgotten.
    void forget_older(const std::string& folder_id, std::uint64_t mark);
    /// As put(), unless the child has changed() or was forgotten since the listing began: the page may be older.
    void put_listed(const std::string& folder_id, std::uint64_t mark, const api::item& child, clock::time_point now);
    /// Its last page was put: what is not known is absent, if nothing has changed meanwhile.
    void finish_listing(const std::string& folder_id, std::uint64_t mark, clock::time_point now);
    /// Called with each change of ours, for listings that are under way.
    void changed(const std::string& folder_id, const std::string& child_id);
    /// False once the folder was forgotten or doubted since begin_listing(), or has turned out to be larger than the
    /// bound.
    bool is_listing(const std::string& folder_id, std::uint64_t mark) const;

    std::size_t items() const { return items_; }

private:
    struct child {
        api::item item;
        std::string folded;
        clock::time_point learned;
        std::uint64_t mark;  ///< of listings that began later it is greater
    };
    struct folder {
        std::unordered_map<std::string, child> by_id;
        std::multimap<std::string, std::string, std::less<>> id_by_folded;
        std::optional<clock::time_point> complete_since;
        std::uint64_t mark = 0;           // of the listing under way
        std::set<std::string> changed{};  // children, since that began
        std::list<std::string>::iterator place;
    };

    struct known_root {
        known_root(api::item what, clock::time_point now) : item(std::move(what)), learned(now) {}
        api::item item;
        clock::time_point learned;
    };

    folder* touch(const std::string& folder_id);
    folder& make(const std::string& folder_id);
    void erase_child(folder& in, const std::string& child_id);
    static void note_change(folder& in, const std::string& child_id);
    static void end_listing(folder& in);
    void shrink(const std::string& keep);

    clock::duration ttl_;
    std::size_t max_items_;
    std::size_t items_ = 0;
    std::uint64_t next_mark_ = 1;
    std::unordered_map<std::string, folder> folders_;
    std::unordered_map<std::string, known_root> roots_;
    std::list<std::string> recent_;  // the least recently used last
};

}  // namespace boxgate::box
