// The renaming part of tree.
#include "box/api/errors.hpp"
#include "box/api/json.hpp"
#include "box/aside.hpp"
#include "box/names.hpp"
#include "box/retry_policy.hpp"
#include "box/tree.hpp"

#include <algorithm>
#include <array>

namespace boxgate::box {

using storage::errc;
using storage::failure;
using storage::result;

namespace {

// Names that clients give to what is not complete yet, before they rename it.
bool is_unfinished(std::string_view name) {
    constexpr std::array<std::string_view, 3> endings{".filepart", ".part", ".tmp"};
    const auto folded = fold(name);
    return std::any_of(endings.begin(), endings.end(), [&](auto ending) { return folded.ends_with(ending); });
}

}  // namespace

tree::task<tree::renaming> tree::rename(std::string root_id, storage::path from, storage::path to, replacing rules) {
    if (from.is_root()) co_return failure(errc::denied, "the root cannot be renamed");
    if (to.is_root()) co_return failure(errc::exists, "/ exists");
    if (to.is_within(from) && from != to) co_return failure(errc::bad_name, "a folder cannot be moved into itself");
    if (auto good = check_name(to.name()); good.has_error()) co_return good.error();
    if (from == to) {
        auto same = co_await names_.describe(std::move(root_id), std::move(from));
        if (same.has_error()) co_return same.error();
        renaming nothing;
        nothing.now = std::move(*same);
        co_return nothing;
    }
    auto done = co_await rename_once(root_id, from, to, rules);
    if (done.has_value() || !is_stale(done.error())) co_return done;
    names_.distrust(root_id, from);
    names_.distrust(root_id, to);
    co_return co_await rename_once(std::move(root_id), std::move(from), std::move(to), rules);
}

tree::task<tree::renaming> tree::rename_once(std::string root_id, storage::path from, storage::path to,
                                             replacing rules) {
    const auto name = compose(to.name());
    auto source = co_await names_.find(root_id, from);
    if (source.has_error()) co_return source.error();
    auto parent = co_await parent_folder(root_id, to);
    if (parent.has_error()) co_return parent.error();
    auto in_the_way = names_.known_child(*parent, name);
    const auto is_clash = [&](const api::item& other) {
        return rules.refuse_case_clash && other.id != source->id && !is_same_name(other.name, name);
    };
    if (in_the_way && is_clash(*in_the_way)) {
        // Box confirms what the cache takes to be in the way, before anybody is refused for it.
        auto now = co_await names_.fresh_child(*parent, name);
        if (now.has_error() && now.error().code != errc::not_found) co_return now.error();
        if (now.has_error()) names_.removed(*parent, in_the_way->id);
        in_the_way = now.has_error() ? std::nullopt : std::optional(*now);
    }
    if (!in_the_way || in_the_way->id == source->id) {
        auto moved = co_await update(*source, *parent, name);
        if (moved.has_value()) {
            renaming done;
            done.now = std::move(*moved);
            co_return done;
        }
        if (moved.error().code != errc::exists) co_return moved.error();
        // Box does not say what is in the way of a rename.
        auto found = co_await names_.fresh_child(*parent, name);
        if (found.has_error() || found->id == source->id) co_return moved.error();
        in_the_way = std::move(*found);
    }
    const bool files = in_the_way->type == api::item_type::file && source->type == api::item_type::file;
    if (!files || !rules.allowed || is_clash(*in_the_way)) co_return occupied(*in_the_way);
    co_return co_await rename_onto(std::move(*source), std::move(*in_the_way), std::move(*parent), name, rules.how);
}

tree::task<tree::renaming> tree::rename_onto(api::item source, api::item target, std::string parent_id,
                                             std::string name, conf::rename_over how) {
    const bool too_long_for_a_swap = check_name(aside(source.id, target.name).to_name()).has_error();
    const bool by_name = how == conf::rename_over::by_name && is_unfinished(source.name);
    const bool by_content = how == conf::rename_over::new_version || by_name || too_long_for_a_swap;
    if (by_content && !source.size) {
        auto whole = co_await names_.fetch(source.type, source.id);
        if (whole.has_error()) co_return whole.error();
        whole->parent_id = source.parent_id;
        source = std::move(*whole);
    }
    if (names_.is_being_swapped(parent_id, name)) {
        co_return failure(errc::busy, "another session is just replacing '" + target.name + "'");
    }
    if (by_content && source.size && *source.size <= settings_.direct_upload_limit) {
        renaming step;
        step.source = std::move(source);
        co_return step;
    }
    if (too_long_for_a_swap) {
        co_return failure(
            errc::exists,
            "'" + target.name + "' exists, and its name is too long for it to step aside under; delete it first");
    }
    auto moved = co_await replace(std::move(source), std::move(target), std::move(parent_id), std::move(name));
    if (moved.has_error()) co_return moved.error();
    renaming done;
    done.now = std::move(*moved);
    co_return done;
}

// Box has no atomic replacement. The old file steps aside, so that a failure in between can be undone, and goes to the
// trash only when the new one has its name. Whatever is left behind is settled when the folder is listed next.
tree::task<api::item> tree::replace(api::item source, api::item target, std::string parent_id, std::string name) {
    auto hidden = names_.step_aside(parent_id, target, source.id);
    const auto aside_name = aside(source.id, target.name).to_name();
    auto stepped = co_await update(target, parent_id, aside_name, whereto::stays);
    if (stepped.has_error()) {
        const auto code = stepped.error().code;
        // The answer was lost: it may have stepped aside all the same.
        if (code == errc::unavailable || code == errc::timeout) names_.set_unsettled(parent_id, true);
        co_return stepped.error();
    }
    if (stepped->parent_id != parent_id) {
        // Another program has moved it elsewhere: it is not in the way.
        const auto back = co_await update(*stepped, stepped->parent_id, target.name, whereto::stays);
        if (back.has_error()) names_.set_unsettled(stepped->parent_id, true);
        co_return failure(errc::changed, "'" + target.name + "' was moved in Box meanwhile");
    }
    auto moved = co_await update(source, parent_id, name);
    if (moved.has_error()) {
        const auto back = co_await update(*stepped, parent_id, target.name);
        auto why = moved.error();
        if (back.has_error()) {
            names_.set_unsettled(parent_id, true);
            why.detail += "; the file that was to be replaced comes back when it is asked for, or its folder is listed";
        }
        co_return why;
    }
    hidden.placed(*moved);
    // The new file is in place: an old one that stays behind is untidy, and no failure of the rename.
    (void)co_await remove_item(*stepped);
    co_return moved;
}

tree::task<std::optional<api::item>> tree::settle_aside(std::string folder_id, api::item orphan, bool name_is_shown) {
    const auto name = aside::of(orphan.name)->name;
    const auto note = [&](const char* outcome) {
        log_.warning("renaming_settled", {{"name", name}, {"file", orphan.id}, {"outcome", outcome}});
    };
    const auto failed = [&](const failure& why) {
        note("failed");
        return why;
    };
    orphan.parent_id = folder_id;
    auto there = co_await names_.fresh_child(folder_id, name);
    if (there.has_error() && there.error().code == errc::not_found) {
        auto back = co_await update(orphan, folder_id, name);
        if (back.has_error()) co_return failed(back.error());
        note("undone");
        co_return std::optional(std::move(*back));
    }
    if (there.has_error()) co_return failed(there.error());
    if (there->type != api::item_type::file) co_return failed(occupied(*there));
    if (there->id != orphan.id) {
        const auto gone = co_await remove_item(orphan);
        // Not there: the swap was over when the page came, and there is nothing to settle.
        const bool was_there = gone.has_value() || gone.error().code != errc::not_found;
        if (was_there && gone.has_error()) co_return failed(gone.error());
        if (was_there) note("finished");
    }
    if (name_is_shown) co_return std::optional<api::item>();
    // The page was made before the new file had the name, or before the old one had it back.
    auto whole = co_await names_.fetch(there->type, there->id);
    if (whole.has_error()) co_return whole.error();
    co_return std::optional(std::move(*whole));
}

tree::task<api::item> tree::update(api::item what, std::string parent_id, std::string name, whereto to) {
    const auto begin = waiting_.now();
    const auto new_parent = to == whereto::moves ? parent_id : std::string();
    std::optional<api::item> now;
    const verdict done = [&](const result<api::item>& seen) {
        if (seen.has_error() || seen->name != name) return false;
        if (to == whereto::moves && seen->parent_id != parent_id) return false;
        now = *seen;
        return true;
    };
    for (unsigned tries = 1; !now; ++tries) {
        auto change = endpoints_.update(what.type, what.id, new_parent, name, what.etag);
        if (what.type == api::item_type::folder) change.request.patience = box_gives_up + settings_.call_timeout;
        auto answer = co_await client_.perform(who(), std::move(change));
        const lost_change lost(what.type, what.id, begin);
        if (answer.has_value() && answer->status / 100 != 2) {
            auto why = api::to_failure(*answer);
            if (why.code != errc::changed || tries == 1) co_return why;
            // It is no longer what it was: the first try may have made it so.
            const auto became = co_await find_out(lost, done);
            if (became != fate::carried_out) co_return why;
            break;
        }
        if (answer.has_value()) {
            now = api::parse_item(std::string_view(answer->body));
            if (!now) co_return failure(errc::unavailable, "Box's answer to the renaming cannot be read");
            break;
        }
        if (!answer.error().may_have_been_applied) co_return answer.error().what;
        const auto became = co_await find_out(lost, done);
        if (became == fate::carried_out) break;
        if (became == fate::unknown || tries >= most_tries) co_return answer.error().what;
        co_await waiting_.pause(retry_policy::back_off(tries, 0.5).value());
    }
    names_.cache().forget_child(what.parent_id, what.id);
    if (to == whereto::stays && !now->parent_id.empty()) parent_id = now->parent_id;
    names_.learned(parent_id, *now);
    now->parent_id = parent_id;
    co_return std::move(*now);
}

}  // namespace boxgate::box
