#include "box/upload_undo.hpp"

#include "box/api/json.hpp"
#include "box/retry_policy.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <optional>

namespace boxgate::box {

namespace asio = boost::asio;

namespace {

// Both are the same however often they are done.
asio::awaitable<bool> remove_file(const worker_context& with, std::shared_ptr<identity> who, std::string id) {
    const auto gone = co_await with.calls->perform(std::move(who), with.endpoints.remove_file(id));
    co_return gone.has_value() && (gone->status / 100 == 2 || gone->status == 404);
}

asio::awaitable<bool> promote_previous(const worker_context& with, std::shared_ptr<identity> who, std::string id,
                                       std::optional<std::string>& previous) {
    // Once found it is kept: after a promotion whose answer was lost the list begins with the bad version.
    if (!previous) {
        const auto versions = co_await with.calls->perform(who, with.endpoints.versions(id));
        if (versions.has_value() && versions->status == 200) previous = api::parse_first_version(versions->body);
        if (!previous) co_return false;
    }
    const auto back = co_await with.calls->perform(std::move(who), with.endpoints.promote_version(id, *previous));
    co_return back.has_value() && back->status / 100 == 2;
}

}  // namespace

asio::awaitable<bool> undo_upload(std::shared_ptr<worker_context> with, std::shared_ptr<identity> who, api::item stored,
                                  bool replaced) {
    std::optional<std::string> previous;
    for (unsigned tries = 1;; ++tries) {
        auto one_try =
            replaced ? promote_previous(*with, who, stored.id, previous) : remove_file(*with, who, stored.id);
        const bool undone = co_await std::move(one_try);
        if (undone) co_return true;
        const auto pause = retry_policy::back_off(tries, 0.5);
        if (!pause) co_return false;
        asio::steady_timer timer(with->executor, *pause);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

}  // namespace boxgate::box
