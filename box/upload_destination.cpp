#include "box/upload_destination.hpp"

#include "box/api/errors.hpp"
#include "box/api/json.hpp"
#include "box/names.hpp"
#include "box/upload_patience.hpp"
#include "conf/runtime/offload.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

constexpr unsigned most_changes = 6;
constexpr unsigned most_resolves = 3;

// Calls of the control thread, as coroutines that own what they use.
asio::awaitable<void> learn(std::shared_ptr<tree> in, std::string folder_id, api::item stored) {
    in->names().learned(folder_id, stored);
    co_return;
}

asio::awaitable<void> drop(std::shared_ptr<tree> in, std::string folder_id, std::string id) {
    in->names().cache().forget_child(folder_id, id);
    co_return;
}

asio::awaitable<result<api::item>> look_again(std::shared_ptr<tree> in, std::string folder_id, std::string name) {
    auto found = co_await in->names().fresh_child(std::move(folder_id), std::move(name));
    if (found.has_error()) co_return found;
    co_return co_await in->names().fetch(found->type, found->id);
}

// The place once more from the root, with nothing believed that the refused call was built on.
asio::awaitable<result<tree::upload_place>> find_place(std::shared_ptr<tree> in, std::string root_id,
                                                       storage::path path, tree::upload_place stale) {
    auto& names = in->names();
    names.distrust(root_id, path.parent());
    names.cache().forget_folder(stale.parent_id);
    if (stale.existing) names.removed(stale.parent_id, stale.existing->id);
    auto parent = co_await names.describe(root_id, path.parent());
    if (parent.has_error()) co_return parent.error();
    if (stale.existing) {
        const auto now = co_await names.fresh_child(parent->id, std::string(path.name()));
        if (now.has_error() && now.error().code != errc::not_found) co_return now.error();
    }
    co_return co_await in->place_of_upload(std::move(root_id), std::move(path));
}

}  // namespace

asio::awaitable<std::optional<failure>> upload_destination::judge(http::response refusal) {
    const auto error = api::parse_error(refusal.body);
    if (refusal.status == 409 && error.conflict) co_return co_await judge_conflict(*error.conflict);
    // A stale id or etag: the file or its folder is not what it was when the path was resolved.
    if ((refusal.status == 404 || refusal.status == 412) && resolved_ < most_resolves) {
        ++resolved_;
        co_return co_await resolve_again();
    }
    if (error.code == "bad_digest" || error.code == "operation_blocked_temporary" ||
        error.code == "name_temporarily_reserved") {
        const auto length = api::retry_after(refusal).value_or(std::chrono::seconds(1));
        if (length > with_->settings.max_wait) co_return api::to_failure(refusal);
        asio::steady_timer pause(with_->executor, length);
        co_await pause.async_wait(asio::use_awaitable);
        co_return std::nullopt;
    }
    co_return api::to_failure(refusal);
}

asio::awaitable<std::optional<failure>> upload_destination::judge_conflict(api::item other) {
    auto& place = target_.place;
    const bool same_name = is_same_name(other.name, place.name);
    if (other.type == api::item_type::web_link) co_return occupied(other);
    if (other.type == api::item_type::folder) {
        co_return failure(same_name ? errc::is_a_directory : errc::exists, "'" + other.name + "' is a directory");
    }
    if (fold(other.name) != fold(place.name)) {
        co_return failure(errc::exists, "Box takes this name for that of '" + other.name + "', which exists");
    }
    if (target_.mode == storage::write_mode::create) {
        co_return failure(errc::exists, "'" + other.name + "' exists, and this account may not overwrite");
    }
    if (!same_name && target_.refuse_case_clash) {
        co_return failure(errc::exists, "'" + other.name + "' exists, and Box ignores upper and lower case");
    }
    place.existing = std::move(other);
    co_return std::nullopt;
}

asio::awaitable<std::optional<failure>> upload_destination::resolve_again() {
    auto finding = find_place(target_.in, target_.root_id, target_.path, target_.place);
    auto place = co_await runtime::run_on(with_->control, std::move(finding));
    if (place.has_error()) co_return place.error();
    // Another file than before is subject to the same rules as one that Box reports.
    const bool same_file =
        place->existing && target_.place.existing && place->existing->id == target_.place.existing->id;
    if (place->existing && !same_file) {
        auto found = *place->existing;
        place->existing.reset();
        target_.place = std::move(*place);
        co_return co_await judge_conflict(std::move(found));
    }
    target_.place = std::move(*place);
    co_return std::nullopt;
}

asio::awaitable<result<api::upload_session>> upload_destination::open_session(std::uint64_t size,
                                                                              std::function<bool()> wanted) {
    const upload_patience patience(with_->settings, upload_patience::clock::now());
    unsigned changes = 0;
    for (unsigned tries = 1;; ++tries) {
        const auto& place = target_.place;
        const auto what = place.existing ? with_->endpoints.create_version_session(place.existing->id, place.name, size)
                                         : with_->endpoints.create_session(place.parent_id, place.name, size);
        auto answer = co_await with_->calls->perform(who(), what);
        if (answer.has_value() && answer->status / 100 == 2) {
            if (auto session = api::parse_upload_session(answer->body)) co_return std::move(*session);
            co_return failure(errc::unavailable, "Box's upload session cannot be read");
        }
        if (answer.has_value()) {
            const auto why = co_await judge(std::move(*answer));
            if (why) co_return *why;
            if (++changes >= most_changes) {
                co_return failure(errc::busy, "the place of the file in Box keeps changing; try again");
            }
            continue;
        }
        // One that was made without our knowing holds nothing, and Box forgets it in a week.
        const auto why = answer.error().what;
        const auto pause = upload_patience::pause(why, tries);
        const bool may_pass = answer.error().may_have_been_applied || upload_patience::may_pass(why);
        if (!may_pass || !patience.covers(why, upload_patience::clock::now() + pause)) co_return why;
        const bool go_on = co_await wait_while(with_->executor, pause, wanted);
        if (!go_on) co_return failure(errc::aborted, "nobody waits for the file any more");
    }
}

asio::awaitable<result<api::item>> upload_destination::look() {
    return runtime::run_on(with_->control, look_again(target_.in, parent_id(), name()));
}

asio::awaitable<void> upload_destination::learned(api::item stored) {
    return runtime::run_on(with_->control, learn(target_.in, parent_id(), std::move(stored)));
}

asio::awaitable<void> upload_destination::forget(api::item changed) {
    return runtime::run_on(with_->control, drop(target_.in, parent_id(), std::move(changed.id)));
}

}  // namespace boxgate::box
