#include "box/path_cache.hpp"

#include "box/names.hpp"

#include <vector>

namespace boxgate::box {

namespace {

constexpr std::size_t most_changes = 1000;

}  // namespace

path_cache::folder* path_cache::touch(const std::string& folder_id) {
    const auto at = folders_.find(folder_id);
    if (at == folders_.end()) return nullptr;
    recent_.splice(recent_.begin(), recent_, at->second.place);
    return &at->second;
}

path_cache::folder& path_cache::make(const std::string& folder_id) {
    if (auto* known = touch(folder_id)) return *known;
    recent_.push_front(folder_id);
    auto& made = folders_[folder_id];
    made.place = recent_.begin();
    return made;
}

path_cache::lookup path_cache::find(const std::string& folder_id, std::string_view name, clock::time_point now) {
    auto* in = touch(folder_id);
    if (!in) return lookup(knowledge::unknown, std::nullopt);
    const auto folded = fold(name);
    const child* best = nullptr;
    const auto [first, last] = in->id_by_folded.equal_range(folded);
    for (auto at = first; at != last; ++at) {
        const auto& candidate = in->by_id.at(at->second);
        if (now - candidate.learned > ttl_) continue;
        if (candidate.item.name == name) {
            best = &candidate;
            break;
        }
        // Equal names can come out of a race in Box; the oldest item has the lowest id, and is the one everybody means.
        const auto& id = candidate.item.id;
        if (!best || id.size() < best->item.id.size() || (id.size() == best->item.id.size() && id < best->item.id)) {
            best = &candidate;
        }
    }
    if (best) return lookup(knowledge::present, best->item);
    if (in->complete_since && now - *in->complete_since <= ttl_) return lookup(knowledge::absent, std::nullopt);
    return lookup(knowledge::unknown, std::nullopt);
}

void path_cache::put(const std::string& folder_id, const api::item& what, clock::time_point now) {
    auto& in = make(folder_id);
    if (const auto known = in.by_id.find(what.id); known != in.by_id.end()) {
        const auto& before = known->second.item.sequence_id;
        if (before && what.sequence_id && *before > *what.sequence_id) return;
    }
    erase_child(in, what.id);
    auto folded = fold(what.name);
    in.id_by_folded.emplace(folded, what.id);
    in.by_id.emplace(what.id, child{what, std::move(folded), now, next_mark_++});
    ++items_;
    shrink(folder_id);
}

void path_cache::erase_child(folder& in, const std::string& child_id) {
    const auto at = in.by_id.find(child_id);
    if (at == in.by_id.end()) return;
    const auto [first, last] = in.id_by_folded.equal_range(at->second.folded);
    for (auto entry = first; entry != last; ++entry) {
        if (entry->second == child_id) {
            in.id_by_folded.erase(entry);
            break;
        }
    }
    in.by_id.erase(at);
    --items_;
}

void path_cache::forget_child(const std::string& folder_id, const std::string& child_id) {
    auto* in = touch(folder_id);
    if (!in) return;
    erase_child(*in, child_id);
    note_change(*in, child_id);
}

void path_cache::forget_folder(const std::string& folder_id) {
    const auto at = folders_.find(folder_id);
    if (at == folders_.end()) return;
    items_ -= at->second.by_id.size();
    recent_.erase(at->second.place);
    folders_.erase(at);
}

std::optional<api::item> path_cache::by_id(const std::string& id) const {
    for (const auto& [folder_id, in] : folders_) {
        const auto at = in.by_id.find(id);
        if (at == in.by_id.end()) continue;
        auto found = at->second.item;
        found.parent_id = folder_id;
        return found;
    }
    return std::nullopt;
}

void path_cache::forget_item(const std::string& id) {
    for (auto& [folder_id, in] : folders_) {
        erase_child(in, id);
        note_change(in, id);
    }
    forget_folder(id);
    forget_root(id);
}

std::optional<api::item> path_cache::root(const std::string& id, clock::time_point now) const {
    const auto at = roots_.find(id);
    if (at == roots_.end() || now - at->second.learned > ttl_) return std::nullopt;
    return at->second.item;
}

void path_cache::doubt(const std::string& folder_id) {
    const auto at = folders_.find(folder_id);
    if (at == folders_.end()) return;
    at->second.complete_since.reset();
    end_listing(at->second);
}

void path_cache::clear() {
    folders_.clear();
    recent_.clear();
    roots_.clear();
    items_ = 0;
}

std::uint64_t path_cache::begin_listing(const std::string& folder_id, clock::time_point) {
    auto& in = make(folder_id);
    end_listing(in);
    in.mark = next_mark_++;
    return in.mark;
}

void path_cache::forget_older(const std::string& folder_id, std::uint64_t mark) {
    auto* in = touch(folder_id);
    if (!in || in->mark != mark) return;
    std::vector<std::string> older;
    for (const auto& [id, one] : in->by_id) {
        if (one.mark < mark) older.push_back(id);
    }
    for (const auto& id : older) erase_child(*in, id);
    in->complete_since.reset();
}

void path_cache::put_listed(const std::string& folder_id, std::uint64_t mark, const api::item& what,
                            clock::time_point now) {
    if (!is_listing(folder_id, mark) || folders_.at(folder_id).changed.contains(what.id)) return;
    put(folder_id, what, now);
}

void path_cache::finish_listing(const std::string& folder_id, std::uint64_t mark, clock::time_point now) {
    auto* in = touch(folder_id);
    if (!in || in->mark != mark) return;
    if (in->changed.empty()) in->complete_since = now;
    end_listing(*in);
}

void path_cache::changed(const std::string& folder_id, const std::string& child_id) {
    if (const auto at = folders_.find(folder_id); at != folders_.end()) note_change(at->second, child_id);
}

void path_cache::note_change(folder& in, const std::string& child_id) {
    if (in.mark == 0) return;
    in.changed.insert(child_id);
    // A listing that was given up ends nowhere else.
    if (in.changed.size() > most_changes) end_listing(in);
}

void path_cache::end_listing(folder& in) {
    in.mark = 0;
    in.changed.clear();
}

bool path_cache::is_listing(const std::string& folder_id, std::uint64_t mark) const {
    const auto at = folders_.find(folder_id);
    return at != folders_.end() && at->second.mark == mark;
}

void path_cache::shrink(const std::string& keep) {
    while (items_ > max_items_ && recent_.back() != keep) forget_folder(std::string(recent_.back()));
    if (items_ <= max_items_) return;
    // A single folder beyond the bound: remember none of it rather than an arbitrary part that looks whole.
    forget_folder(keep);
}

}  // namespace boxgate::box
