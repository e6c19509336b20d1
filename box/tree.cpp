#include "box/tree.hpp"

#include "box/api/errors.hpp"
#include "box/api/json.hpp"
#include "box/jwt_assertion.hpp"
#include "box/names.hpp"

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

failure occupied(const api::item& by) {
    return failure(errc::exists, std::string("a ") + (by.type == api::item_type::folder ? "folder" : "file") +
                                     " called '" + by.name + "' exists (Box ignores upper and lower case)");
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
    return shown;
}

tree::tree(std::shared_ptr<identity> who, client& calls, const api::endpoints& where,
           std::chrono::steady_clock::duration time_to_live)
    : client_(calls), endpoints_(where), names_(std::move(who), calls, where, time_to_live) {}

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
    place.existing = names_.cache().find(place.parent_id, place.name, path_cache::clock::now()).item;
    if (place.existing && place.existing->type == api::item_type::folder) {
        if (!is_same_name(place.existing->name, place.name)) co_return occupied(*place.existing);
        co_return failure(errc::is_a_directory, "'" + place.existing->name + "' is a directory");
    }
    co_return place;
}

tree::task<api::item> tree::make_directory(std::string root_id, storage::path where) {
    if (where.is_root()) co_return failure(errc::exists, "/ exists");
    if (auto good = check_name(where.name()); good.has_error()) co_return good.error();
    const auto name = compose(where.name());
    auto parent = co_await parent_folder(std::move(root_id), where);
    if (parent.has_error()) co_return parent.error();
    auto answer = co_await client_.perform(who(), endpoints_.create_folder(*parent, name));
    if (answer.has_error()) {
        if (!answer.error().may_have_been_applied) co_return answer.error().what;
        auto made = co_await names_.fresh_child(*parent, name);
        if (made.has_error()) co_return answer.error().what;
        co_return co_await names_.fetch(made->type, made->id);
    }
    if (answer->status != 201 && answer->status != 200) {
        const auto error = api::parse_error(answer->body);
        if (error.conflict) {
            names_.learned(*parent, *error.conflict);
            co_return occupied(*error.conflict);
        }
        co_return api::to_failure(*answer);
    }
    auto made = api::parse_item(std::string_view(answer->body));
    if (!made) co_return failure(errc::unavailable, "Box's answer to the new folder cannot be read");
    names_.learned(*parent, *made);
    // Nothing can be in it yet: what is stored into it next needs no look-up.
    const auto mark = names_.cache().begin_listing(made->id, path_cache::clock::now());
    names_.cache().finish_listing(made->id, mark, path_cache::clock::now());
    co_return std::move(*made);
}

tree::task<void> tree::remove(std::string root_id, storage::path where, api::item_type type) {
    if (where.is_root() && type == api::item_type::file) co_return failure(errc::is_a_directory, "/ is a directory");
    if (where.is_root()) co_return failure(errc::denied, "the root cannot be deleted");
    for (bool again = false;; again = true) {
        auto found = co_await names_.find(root_id, where);
        if (found.has_error()) co_return found.error();
        if (found->type == api::item_type::folder && type == api::item_type::file) {
            co_return failure(errc::is_a_directory, "'" + found->name + "' is a directory");
        }
        if (found->type == api::item_type::file && type == api::item_type::folder) {
            co_return failure(errc::not_a_directory, "'" + found->name + "' is a file");
        }
        auto gone = co_await remove_item(*found);
        // A stale id: the name may by now belong to another item.
        if (gone.has_error() && gone.error().code == errc::not_found && !again) continue;
        co_return gone;
    }
}

tree::task<void> tree::remove_item(api::item what) {
    const bool folder = what.type == api::item_type::folder;
    auto removal = folder ? endpoints_.remove_folder(what.id) : endpoints_.remove_file(what.id);
    auto answer = co_await client_.perform(who(), std::move(removal));
    if (answer.has_error()) {
        if (!answer.error().may_have_been_applied) co_return answer.error().what;
        const auto now = co_await names_.fetch(what.type, what.id);
        if (now.has_error() && now.error().code == errc::not_found) {
            names_.removed(what.parent_id, what.id);
            co_return result<void>();
        }
        co_return answer.error().what;
    }
    if (answer->status == 204 || answer->status == 200 || answer->status == 404) {
        names_.removed(what.parent_id, what.id);
    }
    if (answer->status / 100 != 2) co_return api::to_failure(*answer);
    co_return result<void>();
}

tree::task<api::item> tree::rename(std::string root_id, storage::path from, storage::path to, bool may_replace) {
    if (from.is_root()) co_return failure(errc::denied, "the root cannot be renamed");
    if (to.is_root()) co_return failure(errc::exists, "/ exists");
    if (from == to) co_return co_await names_.describe(std::move(root_id), std::move(from));
    if (to.is_within(from)) co_return failure(errc::bad_name, "a folder cannot be moved into itself");
    if (auto good = check_name(to.name()); good.has_error()) co_return good.error();
    const auto name = compose(to.name());
    for (bool again = false;; again = true) {
        auto source = co_await names_.find(root_id, from);
        if (source.has_error()) co_return source.error();
        auto parent = co_await parent_folder(root_id, to);
        if (parent.has_error()) co_return parent.error();
        auto in_the_way = names_.cache().find(*parent, name, path_cache::clock::now()).item;
        if (!in_the_way || in_the_way->id == source->id) {
            auto moved = co_await update(*source, *parent, name);
            if (moved.has_value()) co_return moved;
            if (moved.error().code == errc::not_found && !again) {
                names_.removed(source->parent_id, source->id);
                continue;
            }
            if (moved.error().code != errc::exists) co_return moved;
            // Box does not say what is in the way of a rename.
            auto found = co_await names_.fresh_child(*parent, name);
            if (found.has_error()) co_return moved;
            in_the_way = std::move(*found);
        }
        if (in_the_way->type == api::item_type::folder || source->type == api::item_type::folder || !may_replace) {
            co_return occupied(*in_the_way);
        }
        co_return co_await replace(*source, *in_the_way, *parent, name);
    }
}

// Box has no atomic replacement. The old file steps aside under a name of its own, so that a failure in between can be
// undone, and goes to the trash only when the new one has its name.
tree::task<api::item> tree::replace(api::item source, api::item target, std::string parent_id, std::string name) {
    const auto aside = ".boxgate-replaced-" + random_token(12);
    auto stepped = co_await update(target, parent_id, aside);
    if (stepped.has_error()) co_return stepped.error();
    auto moved = co_await update(source, parent_id, name);
    if (moved.has_error()) {
        const auto back = co_await update(*stepped, parent_id, target.name);
        auto why = moved.error();
        if (back.has_error()) why.detail += "; the file that was to be replaced is now called " + aside;
        co_return why;
    }
    stepped->parent_id = parent_id;
    // The new file is in place: an old one that stays behind is untidy, and no failure of the rename.
    (void)co_await remove_item(*stepped);
    co_return moved;
}

tree::task<api::item> tree::update(api::item what, std::string parent_id, std::string name) {
    auto answer = co_await client_.perform(who(), endpoints_.update(what.type, what.id, parent_id, name));
    std::optional<api::item> now;
    if (answer.has_error()) {
        if (!answer.error().may_have_been_applied) co_return answer.error().what;
        auto found = co_await names_.fetch(what.type, what.id);
        if (found.has_error() || found->name != name || found->parent_id != parent_id) co_return answer.error().what;
        now = std::move(*found);
    } else {
        if (answer->status / 100 != 2) co_return api::to_failure(*answer);
        now = api::parse_item(std::string_view(answer->body));
        if (!now) co_return failure(errc::unavailable, "Box's answer to the renaming cannot be read");
    }
    names_.cache().forget_child(what.parent_id, what.id);
    names_.learned(parent_id, *now);
    now->parent_id = parent_id;
    co_return std::move(*now);
}

tree::task<api::item> tree::copy(std::string root_id, storage::path from, storage::path to) {
    if (to.is_root()) co_return failure(errc::exists, "/ exists");
    if (auto good = check_name(to.name()); good.has_error()) co_return good.error();
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
    auto answer = co_await client_.perform(who(), endpoints_.current_user());
    if (answer.has_error()) co_return answer.error().what;
    if (answer->status != 200) co_return api::to_failure(*answer);
    const auto who_pays = api::parse_user(answer->body);
    if (!who_pays) co_return failure(errc::unavailable, "Box's answer about the user cannot be read");
    const auto used = std::min(who_pays->space_used, who_pays->space_amount);
    co_return storage::space_info(who_pays->space_amount, who_pays->space_amount - used);
}

}  // namespace boxgate::box
