#include "box/resolver.hpp"

#include "box/api/errors.hpp"
#include "box/api/json.hpp"
#include "box/aside.hpp"
#include "box/names.hpp"

#include <algorithm>

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

// Some 15 MB. A larger folder is listed just as well, and not remembered.
constexpr std::size_t cached_items_per_identity = 25'000;
constexpr std::size_t most_only_listed = 1000;

failure no_such(const std::string& name) {
    return failure(errc::not_found, "there is no '" + name + "' in Box");
}

// Preflights and creations name an item without its size and times.
bool is_complete(const api::item& what) {
    return what.modified && (what.type == api::item_type::folder || what.size);
}

}  // namespace

resolver::resolver(std::shared_ptr<identity> who, client& calls, const api::endpoints& where,
                   std::chrono::steady_clock::duration time_to_live, now_function now, runtime::telemetry& counts,
                   std::shared_ptr<swaps> shared)
    : who_(std::move(who)),
      client_(calls),
      endpoints_(where),
      time_to_live_(time_to_live),
      cache_(time_to_live, cached_items_per_identity),
      now_(std::move(now)),
      counts_(counts),
      swaps_(std::move(shared)) {}

asio::awaitable<result<api::item>> resolver::find(std::string root_id, storage::path path) {
    auto found = co_await walk(root_id, path, true);
    // A folder on the way was renamed or deleted behind the cache: the way is walked once more without it. (A failure
    // that Box itself has given carries its request id; a name that is simply not there does not.)
    if (found.has_error() && found.error().code == errc::not_found && !found.error().box_request_id.empty()) {
        co_return co_await walk(std::move(root_id), std::move(path), false);
    }
    co_return found;
}

asio::awaitable<result<api::item>> resolver::walk(std::string root_id, storage::path path, bool from_cache) {
    api::item here;
    here.type = api::item_type::folder;
    here.id = std::move(root_id);
    for (const auto& part : path.parts()) {
        if (here.type != api::item_type::folder) {
            co_return failure(errc::not_a_directory, "'" + here.name + "' is a file");
        }
        auto step = from_cache ? child(here.id, part) : fresh_child(here.id, part);
        auto next = co_await std::move(step);
        if (next.has_error()) co_return next.error();
        if (next->type == api::item_type::web_link) co_return no_such(part);
        here = std::move(*next);
    }
    co_return here;
}

// That a name is absent is never believed to the cache alone: another program may have stored it a moment ago.
asio::awaitable<result<api::item>> resolver::child(std::string folder_id, std::string name) {
    auto known = known_child(folder_id, name);
    counts_.path_lookup(known ? "hit" : "miss");
    if (known) co_return std::move(*known);
    co_return co_await fresh_child(std::move(folder_id), std::move(name));
}

std::optional<api::item> resolver::known_child(const std::string& folder_id, const std::string& name) {
    if (const auto* old = still_there(folder_id, name)) return *old;
    return cache_.find(folder_id, name, now_()).item;
}

asio::awaitable<result<api::item>> resolver::fresh_child(std::string folder_id, std::string name) {
    if (auto good = check_name(name); good.has_error()) co_return no_such(name);
    if (const auto* old = still_there(folder_id, name)) co_return *old;
    const auto key = std::pair(folder_id, fold(name));
    const std::function<asio::awaitable<result<api::item>>()> start = [this, folder_id, name] {
        return look_up(folder_id, name);
    };
    co_return co_await lookups_.join(key, start);
}

asio::awaitable<result<api::item>> resolver::look_up(std::string folder_id, std::string name) {
    if (const auto at = only_listed_.find(folder_id); at != only_listed_.end()) {
        if (now_() < at->second) co_return co_await look_up_by_listing(std::move(folder_id), std::move(name));
        only_listed_.erase(at);
    }
    auto answer = co_await client_.perform(who_, endpoints_.preflight(folder_id, compose(name)));
    if (answer.has_error()) co_return answer.error().what;
    if (answer->status / 100 == 2) co_return no_such(name);
    const auto error = api::parse_error(answer->body);
    if (answer->status == 409 && error.conflict && fold(error.conflict->name) == fold(name)) {
        auto found = *error.conflict;
        found.parent_id = folder_id;
        if (found.type != api::item_type::web_link) cache_.put(folder_id, found, now_());
        co_return found;
    }
    // No right to upload there, a conflict with a name that only resembles this one, or a full account: the listing
    // tells.
    if (answer->status == 403 && api::to_failure(*answer).code == errc::denied) {
        if (only_listed_.size() >= most_only_listed) only_listed_.clear();
        only_listed_[folder_id] = now_() + time_to_live_;
    }
    if (answer->status == 403 || answer->status == 409 || answer->status == 507) {
        co_return co_await look_up_by_listing(std::move(folder_id), std::move(name));
    }
    if (answer->status == 404) cache_.forget_folder(folder_id);
    co_return api::to_failure(*answer);
}

asio::awaitable<result<api::item>> resolver::look_up_by_listing(std::string folder_id, std::string name) {
    std::string marker;
    std::uint64_t mark = 0;
    std::optional<api::item> found;
    // In the pages themselves: the cache may hold less, of a large folder or one that somebody else lists, too.
    do {
        auto next = co_await list(folder_id, marker, mark);
        if (next.has_error()) co_return next.error();
        for (auto& entry : next->content.entries) {
            if (entry.name == name) co_return std::move(entry);
            if (!found && fold(entry.name) == fold(name)) found = std::move(entry);
        }
        marker = next->content.next_marker;
        mark = next->mark;
    } while (!marker.empty());
    if (found) co_return std::move(*found);
    co_return no_such(name);
}

asio::awaitable<result<api::item>> resolver::describe(std::string root_id, storage::path path) {
    if (path.is_root()) co_return co_await describe_root(std::move(root_id));
    for (bool again = false;; again = true) {
        auto found = co_await find(root_id, path);
        if (found.has_error()) co_return found.error();
        if (is_complete(*found)) co_return found;
        auto whole = co_await fetch(found->type, found->id);
        if (whole.has_error() && whole.error().code == errc::not_found && !again) {
            // The id is stale: whatever led to it is forgotten, and the name is looked up once more.
            cache_.forget_child(found->parent_id, found->id);
            continue;
        }
        if (whole.has_error()) co_return whole.error();
        if (whole->parent_id.empty()) whole->parent_id = found->parent_id;
        cache_.put(whole->parent_id, *whole, now_());
        co_return whole;
    }
}

// Clients ask for "/" often, and it is nobody's child that the cache could hold.
asio::awaitable<result<api::item>> resolver::describe_root(std::string root_id) {
    if (auto known = cache_.root(root_id, now_())) co_return std::move(*known);
    auto whole = co_await fetch(api::item_type::folder, root_id);
    if (whole.has_value()) cache_.put_root(*whole, now_());
    co_return whole;
}

asio::awaitable<result<api::item>> resolver::fetch(api::item_type type, std::string id) {
    auto description = type == api::item_type::folder ? endpoints_.folder(id) : endpoints_.file(id);
    auto answer = co_await client_.perform(who_, std::move(description));
    if (answer.has_error()) co_return answer.error().what;
    if (answer->status != 200) co_return api::to_failure(*answer);
    auto found = api::parse_item(std::string_view(answer->body));
    if (!found) co_return failure(errc::unavailable, "Box's description of an item cannot be read");
    if (found->trashed) co_return failure(errc::not_found, "the item is in Box's trash");
    // Box's root has no times.
    if (!found->modified) found->modified = std::chrono::system_clock::time_point();
    co_return std::move(*found);
}

asio::awaitable<result<resolver::page>> resolver::list(std::string folder_id, std::string marker, std::uint64_t mark) {
    page next;
    // Before the call: what is learned while the page is on its way may be newer than the page.
    next.mark = marker.empty() ? cache_.begin_listing(folder_id, now_()) : mark;
    auto answer = co_await client_.perform(who_, endpoints_.list(folder_id, marker));
    if (answer.has_error()) co_return answer.error().what;
    if (answer->status == 404) cache_.forget_folder(folder_id);
    if (answer->status != 200) co_return api::to_failure(*answer);
    auto content = api::parse_page(answer->body);
    if (!content) co_return failure(errc::unavailable, "Box's listing cannot be read");
    if (marker.empty()) cache_.forget_older(folder_id, next.mark);
    for (auto& entry : content->entries) {
        entry.parent_id = folder_id;
        if (!aside::of(entry.name)) cache_.put_listed(folder_id, next.mark, entry, now_());
    }
    if (content->next_marker.empty()) cache_.finish_listing(folder_id, next.mark, now_());
    next.content = std::move(*content);
    sort_out_asides(next);
    co_return next;
}

void resolver::sort_out_asides(page& of) const {
    std::vector<api::item> shown;
    shown.reserve(of.content.entries.size());
    std::vector<std::pair<api::item, const swaps::state*>> stepping_aside;
    for (auto& entry : of.content.entries) {
        if (!aside::of(entry.name) || entry.type != api::item_type::file) {
            shown.push_back(std::move(entry));
            continue;
        }
        if (const auto* const running = swaps_->of_file(entry.id)) {
            stepping_aside.emplace_back(std::move(entry), running);
        } else {
            of.orphans.push_back(std::move(entry));
        }
    }
    for (auto& [entry, running] : stepping_aside) {
        // Box may have made the page between the new file's coming and the old one's going. Or before both, and it
        // comes after them: then the new file is in it under its name of before, if at all.
        const auto folded = fold(running->old.name);
        const auto has_name = [&folded](const api::item& one) { return fold(one.name) == folded; };
        if (std::any_of(shown.begin(), shown.end(), has_name)) continue;
        if (running->placed) {
            std::erase_if(shown, [&id = running->placed->id](const api::item& one) { return one.id == id; });
            entry = *running->placed;
        } else {
            entry.name = running->old.name;
        }
        shown.push_back(std::move(entry));
    }
    of.content.entries = std::move(shown);
}

void resolver::learned(const std::string& folder_id, const api::item& child) {
    if (child.type == api::item_type::web_link) return;
    auto known = child;
    known.parent_id = folder_id;
    cache_.put(folder_id, known, now_());
    cache_.changed(folder_id, child.id);
}

void resolver::removed(const std::string& folder_id, const std::string& id) {
    cache_.forget_child(folder_id, id);
    cache_.forget_folder(id);
}

void resolver::distrust(std::string root_id, const storage::path& path) {
    auto here = std::move(root_id);
    cache_.forget_root(here);
    for (const auto& part : path.parts()) {
        const auto known = cache_.find(here, part, now_()).item;
        if (!known) return;
        cache_.forget_child(here, known->id);
        here = known->id;
    }
}

const api::item* resolver::still_there(const std::string& folder_id, const std::string& name) const {
    const auto* const running = swaps_->at(swaps::place_of(*who_, folder_id, name));
    return !running || running->placed ? nullptr : &running->old;
}

bool resolver::is_being_swapped(const std::string& folder_id, const std::string& name) const {
    return swaps_->at(swaps::place_of(*who_, folder_id, name)) != nullptr;
}

bool resolver::is_unsettled(const std::string& folder_id) const {
    return swaps_->is_unsettled(swaps::place_of(*who_, folder_id, {}));
}

void resolver::set_unsettled(const std::string& folder_id, bool is) {
    swaps_->set_unsettled(swaps::place_of(*who_, folder_id, {}), is);
}

swap resolver::step_aside(const std::string& folder_id, api::item old, std::string source_id) {
    auto where = swaps::place_of(*who_, folder_id, old.name);
    return swap(swaps_, std::move(where), std::move(old), std::move(source_id));
}

}  // namespace boxgate::box
