// The part of engine that only looks: for `boxgate check --online` and for readiness.
#include "box/api/errors.hpp"
#include "box/api/json.hpp"
#include "box/engine.hpp"
#include "box/http/origin.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/object.hpp>

#include <algorithm>

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;

namespace {

// Where Box sends those who fetch a file; known only from its answers, and the same for years.
constexpr const char* downloads_of_box = "https://dl.boxcloud.com";

bool grants(const boost::json::value& folder, std::string_view right) {
    const auto* object = folder.if_object();
    const auto* permissions = object ? object->if_contains("permissions") : nullptr;
    const auto* rights = permissions ? permissions->if_object() : nullptr;
    const auto* value = rights ? rights->if_contains({right.data(), right.size()}) : nullptr;
    return value && value->is_bool() && value->as_bool();
}

}  // namespace

asio::awaitable<examination> engine::examine(storage::mount what) {
    examination found;
    const auto stop = [&found](failure why) {
        found.problem = std::move(why);
        return std::move(found);
    };
    const auto known = identities_.find(what.identity);
    if (known == identities_.end())
        co_return stop(failure(errc::internal, "no Box identity is called " + what.identity));
    const auto of = known->second;  // the table may be replaced while this waits
    if (of.mode == conf::box_mode::as_user) {
        const auto tokens = tokens_of(of.app, std::string());
        const auto token = co_await tokens->token();
        found.clock_offset = tokens->clock_offset();
        if (token.has_error()) co_return stop(token.error());
    }

    found.reached = examination::step::user;
    const auto home = co_await resident_of(of);
    if (home.has_error()) co_return stop(home.error());
    const auto in = home->tree;
    auto answer = co_await control_client_->perform(in->who(), endpoints_.current_user());
    if (answer.has_error()) co_return stop(answer.error().what);
    if (answer->status != 200) co_return stop(api::to_failure(*answer));
    if (const auto who = api::parse_user(answer->body)) {
        found.acting_as = who->login;
        found.space.emplace(who->space_amount, who->space_amount - std::min(who->space_used, who->space_amount));
    }

    found.reached = examination::step::root;
    const bool would_be_made = std::exchange(what.create_root, false);
    auto root = co_await find_root(in, what);
    if (root.has_error() && root.error().code == errc::not_found && would_be_made) {
        found.reached = examination::step::done;
        co_return std::move(found);
    }
    if (root.has_error()) co_return stop(root.error());
    found.root_id = *root;

    found.reached = examination::step::rights;
    http::request look(http::method::get, settings_.api_url + "/2.0/folders/" + *root + "?fields=permissions");
    answer = co_await control_client_->perform(in->who(), call(call_kind::read, std::move(look)));
    if (answer.has_error()) co_return stop(answer.error().what);
    if (answer->status != 200) co_return stop(api::to_failure(*answer));
    if (const auto folder = api::parse_json(answer->body)) {
        found.may_upload = grants(*folder, "can_upload");
        found.may_download = grants(*folder, "can_download");
    }
    found.reached = examination::step::done;
    co_return std::move(found);
}

asio::awaitable<std::map<std::string, storage::result<void>>> engine::reach() {
    std::map<std::string, storage::result<void>> hosts;
    const auto api = http::origin::of(settings_.api_url);
    if (http::origin::of(settings_.upload_url) != api) hosts.emplace(settings_.upload_url, storage::result<void>());
    if (api && api->host == "api.box.com") hosts.emplace(downloads_of_box, storage::result<void>());
    for (auto& [url, state] : hosts) {
        // Any answer will do, and none of ours is told to get it.
        const auto answer = co_await token_transport_->exchange(http::request(http::method::get, url + "/"));
        if (answer.has_error()) state = answer.error().what;
    }
    co_return hosts;
}

asio::awaitable<std::map<std::string, storage::result<void>>> engine::probe(
    std::chrono::steady_clock::duration patience) {
    struct inquiry {
        explicit inquiry(const asio::any_io_executor& executor) : news(executor) {}
        std::map<std::string, storage::result<void>> states;
        asio::steady_timer news;
    };
    const auto asked = std::make_shared<inquiry>(control_);
    std::map<std::string, std::shared_ptr<const conf::box_app>> apps;
    for (const auto& [name, of] : identities_) apps.emplace(of.app->client_id, of.app);
    for (const auto& [id, app] : apps) {
        const auto note = [asked, name = id](std::exception_ptr broken, storage::result<void> state) {
            if (broken) state = failure(errc::internal, "asking Box has failed");
            asked->states.insert_or_assign(name, std::move(state));
            asked->news.cancel();
        };
        asio::co_spawn(control_, probe_one(app), note);
    }
    const auto end = std::chrono::steady_clock::now() + patience;
    const auto is_good = [](const auto& one) { return one.second.has_value(); };
    while (asked->states.size() < apps.size() && std::chrono::steady_clock::now() < end &&
           std::none_of(asked->states.begin(), asked->states.end(), is_good)) {
        asked->news.expires_at(end);
        co_await asked->news.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    auto states = asked->states;
    for (const auto& [id, app] : apps) states.try_emplace(id, failure(errc::timeout, "Box does not answer"));
    co_return states;
}

asio::awaitable<storage::result<void>> engine::probe_one(std::shared_ptr<const conf::box_app> app) {
    const auto who = std::make_shared<identity>(app->client_id, tokens_of(app, std::string()), std::string());
    auto answer = co_await control_client_->perform(who, endpoints_.current_user());
    storage::result<void> state;
    if (answer.has_error()) {
        if (answer.error().what.code != errc::rate_limited) state = answer.error().what;
    } else if (answer->status != 200) {
        state = api::to_failure(*answer);
    }
    co_return state;
}

}  // namespace boxgate::box
