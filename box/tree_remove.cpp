// The removing part of tree, and what became of changes whose answers were lost.
#include "box/api/errors.hpp"
#include "box/retry_policy.hpp"
#include "box/tree.hpp"

namespace boxgate::box {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

constexpr std::chrono::seconds long_change{30};
constexpr milliseconds longest_doubt{60'000};
constexpr milliseconds first_look_again{1000};
constexpr milliseconds last_look_again{10'000};

}  // namespace

asio::awaitable<tree::fate> tree::find_out(lost_change what, verdict done) {
    for (auto pause = first_look_again;; pause = std::min(pause * 2, last_look_again)) {
        const auto now = co_await names_.fetch(what.type, what.id);
        if (done(now)) co_return fate::carried_out;
        if (now.has_error() && now.error().code != errc::not_found) co_return fate::unknown;
        const auto since = waiting_.now() - what.begin;
        if (what.type == api::item_type::file || since < long_change) co_return fate::not_carried_out;
        // It has taken Box so long that Box is at work on it still.
        if (since > box_gives_up + settings_.commit_timeout) co_return fate::unknown;
        co_await waiting_.pause(pause);
    }
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
        if (gone.has_value() || !is_stale(gone.error()) || again) co_return gone;
        names_.distrust(root_id, where);
    }
}

tree::task<void> tree::remove_item(api::item what) {
    const bool folder = what.type == api::item_type::folder;
    const auto begin = waiting_.now();
    for (unsigned tries = 1;; ++tries) {
        auto removal =
            folder ? endpoints_.remove_folder(what.id, what.etag) : endpoints_.remove_file(what.id, what.etag);
        if (folder) removal.request.patience = box_gives_up + settings_.call_timeout;
        auto answer = co_await client_.perform(who(), std::move(removal));
        if (answer.has_value()) {
            const bool gone = answer->status / 100 == 2 || answer->status == 404;
            if (gone) names_.removed(what.parent_id, what.id);
            // Gone at the second try: the first has come through after all.
            if (answer->status / 100 == 2 || (answer->status == 404 && tries > 1)) co_return result<void>();
            co_return api::to_failure(*answer);
        }
        if (!answer.error().may_have_been_applied) co_return answer.error().what;
        const verdict done = [](const result<api::item>& now) {
            return now.has_error() && now.error().code == errc::not_found;
        };
        const lost_change lost(what.type, what.id, begin);
        const auto became = co_await find_out(lost, done);
        if (became == fate::carried_out) {
            names_.removed(what.parent_id, what.id);
            co_return result<void>();
        }
        if (became == fate::unknown || tries >= most_tries) co_return answer.error().what;
        co_await waiting_.pause(retry_policy::back_off(tries, 0.5).value());
    }
}

tree::task<std::optional<api::item>> tree::current_state(api::item file) {
    const auto begin = waiting_.now();
    const auto patience = std::min<milliseconds>(longest_doubt, settings_.commit_timeout);
    for (auto pause = first_look_again;; pause = std::min(pause * 2, last_look_again)) {
        auto now = co_await names_.fetch(file.type, file.id);
        if (now.has_value()) co_return std::optional(std::move(*now));
        if (now.error().code == errc::not_found) {
            names_.removed(file.parent_id, file.id);
            co_return std::optional<api::item>();
        }
        if (waiting_.now() - begin + pause > patience) co_return now.error();
        co_await waiting_.pause(pause);
    }
}

}  // namespace boxgate::box
