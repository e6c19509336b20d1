#include "box/tree.hpp"

#include "box/api/errors.hpp"
#include "box/api/json.hpp"
#include "box/aside.hpp"
#include "box/names.hpp"
#include "box/retry_policy.hpp"

#include <algorithm>

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

constexpr std::chrono::seconds space_believed{60};
constexpr std::size_t most_examined = 100'000;
constexpr std::chrono::minutes clocks_differ{2};  // at most, Box's and ours

}  // namespace

bool is_stale(const failure& why) {
    return why.code == errc::changed || (why.code == errc::not_found && !why.box_request_id.empty());
}

failure occupied(const api::item& by) {
    using api::item_type;
    const std::string kind = by.type == item_type::folder     ? "folder called '"
                             : by.type == item_type::web_link ? "bookmark of Box (not listed here) called '"
                                                              : "file called '";
    return failure(errc::exists, "a " + kind + by.name + "' exists (Box ignores upper and lower case)");
}

namespace {

// What does not apply to an item's kind is left set. Whether a folder can be listed Box does not say: who sees it can.
storage::access to_access(const api::item_permissions& what, api::item_type of) {
    using storage::access;
    const bool is_folder = of == api::item_type::folder;
    const auto incoming = is_folder ? access::upload | access::mkdir : access::overwrite;
    auto allowed = access::list | (is_folder ? access::overwrite : access::upload | access::mkdir);
    if (what.can_download) allowed = allowed | access::download;
    if (what.can_upload) allowed = allowed | incoming;
    if (what.can_rename) allowed = allowed | access::rename;
    if (what.can_delete) allowed = allowed | access::remove;
    return allowed;
}

}  // namespace

storage::entry to_entry(const api::item& what) {
    storage::entry shown;
    shown.name = what.name;
    shown.kind = what.type == api::item_type::folder ? storage::entry_kind::directory : storage::entry_kind::file;
    shown.size = what.type == api::item_type::folder ? 0 : what.size.value_or(0);
    if (what.modified) shown.modified = *what.modified;
    shown.created = what.created.value_or(shown.modified);
    shown.sha1 = what.sha1;
    shown.id = what.id;
    if (what.permissions) shown.allowed = to_access(*what.permissions, what.type);
    return shown;
}

tree::tree(std::shared_ptr<identity> who, client& calls, const api::endpoints& where, const options& settings,
           const runtime::log& log, waiting how, std::shared_ptr<swaps> shared)
    : client_(calls),
      endpoints_(where),
      settings_(settings),
      log_(log),
      waiting_(std::move(how)),
      names_(std::move(who), calls, where, settings.cache_ttl, waiting_.now, *settings.counts, std::move(shared)) {}

tree::task<resolver::page> tree::list(std::string folder_id, std::string marker, std::uint64_t mark) {
    const bool first = marker.empty();
    const bool was_unsettled = names_.is_unsettled(folder_id);
    auto page = co_await names_.list(folder_id, std::move(marker), mark);
    if (page.has_error()) co_return page;
    if (first && examined_.size() < most_examined) examined_.insert(folder_id);
    bool settled = true;
    auto& shown = page->content.entries;
    for (auto& orphan : page->orphans) {
        const auto folded = fold(aside::of(orphan.name)->name);
        const auto has_name = [&folded](const api::item& one) { return fold(one.name) == folded; };
        const bool name_is_shown = std::any_of(shown.begin(), shown.end(), has_name);
        auto instead = co_await settle_aside(folder_id, std::move(orphan), name_is_shown);
        if (instead.has_error()) settled = false;
        if (instead.has_error() || !*instead) continue;
        std::erase_if(shown, [&id = (*instead)->id](const api::item& one) { return one.id == id; });
        shown.push_back(std::move(**instead));
    }
    page->orphans.clear();
    // What was given up while the page was on its way is not in it.
    if (!settled || (first && was_unsettled)) names_.set_unsettled(folder_id, !settled);
    co_return page;
}

tree::task<api::item> tree::describe(std::string root_id, storage::path where) {
    auto found = co_await names_.describe(root_id, where);
    if (found.has_value() || found.error().code != errc::not_found || where.is_root()) co_return found;
    const auto parent = co_await names_.find(root_id, where.parent());
    if (parent.has_error()) co_return found;
    const bool examined = examined_.contains(parent->id) || examined_.size() >= most_examined;
    if (examined && !names_.is_unsettled(parent->id)) co_return found;
    const auto page = co_await list(parent->id, std::string(), 0);
    if (page.has_error() || !names_.known_child(parent->id, compose(where.name()))) co_return found;
    co_return co_await names_.describe(std::move(root_id), std::move(where));
}

tree::task<std::string> tree::parent_folder(std::string root_id, storage::path where) {
    auto parent = co_await names_.find(std::move(root_id), where.parent());
    if (parent.has_error()) co_return parent.error();
    if (parent->type != api::item_type::folder) {
        co_return failure(errc::not_a_directory, "'" + parent->name + "' is a file");
    }
    co_return std::move(parent->id);
}

tree::task<tree::upload_place> tree::place_of_upload(std::string root_id, storage::path where) {
    if (where.is_root()) co_return failure(errc::is_a_directory, "/ is a directory");
    if (auto good = check_name(where.name()); good.has_error()) co_return good.error();
    auto parent = co_await parent_folder(std::move(root_id), where);
    if (parent.has_error()) co_return parent.error();
    upload_place place;
    place.parent_id = std::move(*parent);
    place.name = compose(where.name());
    place.existing = names_.known_child(place.parent_id, place.name);
    if (!place.existing && names_.is_unsettled(place.parent_id)) {
        // A file that waits aside would lose its name to a new one, and with it its history.
        (void)co_await list(place.parent_id, std::string(), 0);
        place.existing = names_.known_child(place.parent_id, place.name);
    }
    if (place.existing && place.existing->type == api::item_type::folder) {
        if (!is_same_name(place.existing->name, place.name)) co_return occupied(*place.existing);
        co_return failure(errc::is_a_directory, "'" + place.existing->name + "' is a directory");
    }
    co_return place;
}

tree::task<api::item> tree::make_directory(std::string root_id, storage::path where) {
    if (where.is_root()) co_return failure(errc::exists, "/ exists");
    if (auto good = check_name(where.name()); good.has_error()) co_return good.error();
    auto made = co_await make_directory_once(root_id, where);
    if (made.has_value() || !is_stale(made.error())) co_return made;
    names_.distrust(root_id, where.parent());
    co_return co_await make_directory_once(std::move(root_id), std::move(where));
}

tree::task<api::item> tree::make_directory_once(std::string root_id, storage::path where) {
    const auto name = compose(where.name());
    auto parent = co_await parent_folder(std::move(root_id), where);
    if (parent.has_error()) co_return parent.error();
    // Box is known to make two folders of one name when it is asked for both at a time.
    const auto key = std::pair(*parent, fold(name));
    const bool first = !making_.in_flight(key);
    const std::function<task<api::item>()> start = [this, parent_id = *parent, name] {
        return create_folder(parent_id, name);
    };
    auto made = co_await making_.join(key, start);
    if (made.has_value() && !first) co_return occupied(*made);
    co_return made;
}

tree::task<api::item> tree::create_folder(std::string parent_id, std::string name) {
    const auto asked_at = std::chrono::system_clock::now();
    for (unsigned tries = 1;; ++tries) {
        auto answer = co_await client_.perform(who(), endpoints_.create_folder(parent_id, name));
        std::optional<api::item> made;
        if (answer.has_error()) {
            if (!answer.error().may_have_been_applied) co_return answer.error().what;
            const auto found = co_await names_.fresh_child(parent_id, name);
            if (found.has_value()) {
                if (found->type != api::item_type::folder) co_return occupied(*found);
                auto whole = co_await names_.fetch(found->type, found->id);
                if (whole.has_error()) co_return answer.error().what;
                if (whole->created && *whole->created < asked_at - clocks_differ) co_return occupied(*whole);
                made = std::move(*whole);
            } else if (found.error().code != errc::not_found || tries >= most_tries) {
                co_return answer.error().what;
            }
        } else if (answer->status / 100 == 2) {
            made = api::parse_item(std::string_view(answer->body));
            if (!made) co_return failure(errc::unavailable, "Box's answer to the new folder cannot be read");
            if (examined_.size() < most_examined) examined_.insert(made->id);
        } else {
            const auto error = api::parse_error(answer->body);
            if (!error.conflict) co_return api::to_failure(*answer);
            names_.learned(parent_id, *error.conflict);
            const bool ours = tries > 1 && error.conflict->type == api::item_type::folder;
            if (!ours) co_return occupied(*error.conflict);
            made = *error.conflict;  // an earlier try has come through after all
        }
        if (!made) {
            co_await waiting_.pause(retry_policy::back_off(tries, 0.5).value());
            continue;
        }
        names_.learned(parent_id, *made);
        // Nothing can be in it yet: what is stored into it next needs no look-up.
        const auto mark = names_.cache().begin_listing(made->id, waiting_.now());
        names_.cache().finish_listing(made->id, mark, waiting_.now());
        co_return std::move(*made);
    }
}

tree::task<api::item> tree::copy(std::string root_id, storage::path from, storage::path to) {
    if (to.is_root()) co_return failure(errc::exists, "/ exists");
    if (auto good = check_name(to.name()); good.has_error()) co_return good.error();
    auto made = co_await copy_once(root_id, from, to);
    if (made.has_value() || !is_stale(made.error())) co_return made;
    names_.distrust(root_id, from);
    names_.distrust(root_id, to.parent());
    co_return co_await copy_once(std::move(root_id), std::move(from), std::move(to));
}

tree::task<api::item> tree::copy_once(std::string root_id, storage::path from, storage::path to) {
    const auto name = compose(to.name());
    auto source = co_await names_.find(root_id, from);
    if (source.has_error()) co_return source.error();
    if (source->type == api::item_type::folder) co_return failure(errc::is_a_directory, "only files are copied");
    auto parent = co_await parent_folder(root_id, to);
    if (parent.has_error()) co_return parent.error();
    auto answer = co_await client_.perform(who(), endpoints_.copy_file(source->id, *parent, name));
    if (answer.has_error()) {
        if (!answer.error().may_have_been_applied) co_return answer.error().what;
        auto made = co_await names_.fresh_child(*parent, name);
        if (made.has_error()) co_return answer.error().what;
        auto whole = co_await names_.fetch(made->type, made->id);
        if (whole.has_error() || whole->sha1 != source->sha1) co_return answer.error().what;
        co_return whole;
    }
    if (answer->status / 100 != 2) {
        const auto error = api::parse_error(answer->body);
        if (error.conflict) co_return occupied(*error.conflict);
        co_return api::to_failure(*answer);
    }
    auto made = api::parse_item(std::string_view(answer->body));
    if (!made) co_return failure(errc::unavailable, "Box's answer to the copy cannot be read");
    names_.learned(*parent, *made);
    co_return std::move(*made);
}

tree::task<storage::space_info> tree::space() {
    if (space_ && waiting_.now() < space_until_) co_return *space_;
    auto answer = co_await client_.perform(who(), endpoints_.current_user());
    if (answer.has_error()) co_return answer.error().what;
    if (answer->status != 200) co_return api::to_failure(*answer);
    const auto who_pays = api::parse_user(answer->body);
    if (!who_pays) co_return failure(errc::unavailable, "Box's answer about the user cannot be read");
    const auto used = std::min(who_pays->space_used, who_pays->space_amount);
    space_ = storage::space_info(who_pays->space_amount, who_pays->space_amount - used);
    space_until_ = waiting_.now() + space_believed;
    co_return *space_;
}

}  // namespace boxgate::box
