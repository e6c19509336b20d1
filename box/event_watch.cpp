#include "box/event_watch.hpp"

#include "box/api/errors.hpp"
#include "box/api/json.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>

#include <array>

namespace boxgate::box {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds before_the_start = 1s;
constexpr std::chrono::milliseconds between_fetches =
    1s;  // news come in bursts; the first of them is looked at at once
constexpr std::chrono::milliseconds lingering = 60s;
constexpr std::chrono::milliseconds looking = 5s;
constexpr std::chrono::milliseconds shortest_round = 5s;
constexpr std::chrono::milliseconds after_a_refusal = 10min;
constexpr unsigned most_pages = 50;
constexpr std::size_t full_page = 500;  // as endpoints::events() asks for

}  // namespace

event_watch::event_watch(asio::any_io_executor control, std::shared_ptr<tree> of, client& calls,
                         const api::endpoints& where, std::unique_ptr<http::transport> poll, const options& settings,
                         const runtime::log& log, waiting how)
    : control_(std::move(control)),
      tree_(std::move(of)),
      client_(calls),
      endpoints_(where),
      transport_(std::move(poll)),
      trusted_(settings),
      upgrade_(settings.api_url.starts_with("https://")),
      log_(log),
      waiting_(std::move(how)) {}

event_watch::lease event_watch::use() {
    if (!running_) {
        running_ = true;
        asio::co_spawn(control_, run(shared_from_this()), asio::detached);
    }
    return sessions_;
}

asio::awaitable<void> event_watch::run(std::shared_ptr<event_watch> self) {
    try {
        co_await self->waiting_.pause(before_the_start);
        if (self->is_used()) {
            using namespace asio::experimental::awaitable_operators;
            auto rounds = self->watch_on();
            auto unused = self->until_unused();
            co_await (std::move(rounds) || std::move(unused));
        }
    } catch (const std::exception& error) {
        self->log_.error("task_failed", {{"task", "follow events"}, {"reason", error.what()}});
    }
    // What happens from now on is not heard of.
    self->position_.clear();
    self->running_ = false;
}

asio::awaitable<void> event_watch::watch_on() {
    for (unsigned troubles = 0;;) {
        if (const auto left = refused_until_ - waiting_.now(); left > 0s) {
            co_await waiting_.pause(std::chrono::ceil<std::chrono::milliseconds>(left));
        }
        const auto begin = waiting_.now();
        const auto became = co_await watch();
        troubles = became == outcome::trouble ? std::min(troubles + 1, 6U) : 0;
        // Far apart: the cache's own time bridges the gap, and Box has troubles enough.
        if (troubles > 0) co_await waiting_.pause(1s * (1U << troubles));
        if (troubles == 0 && waiting_.now() - begin < shortest_round) co_await waiting_.pause(between_fetches);
    }
}

asio::awaitable<void> event_watch::until_unused() {
    for (auto idle = 0ms; idle < lingering;) {
        co_await waiting_.pause(looking);
        idle = is_used() ? 0ms : idle + looking;
    }
}

event_watch::outcome event_watch::judge(const boost::system::result<http::response, call_error>& answer) {
    if (answer.has_value() && answer->status == 200) {
        refused_ = false;
        return outcome::again;
    }
    const auto why = answer.has_error() ? answer.error().what : api::to_failure(*answer);
    // Not for this user, or not with this app; or not before its admin has approved it again.
    const bool refused = why.code == storage::errc::denied || why.code == storage::errc::not_found;
    const bool told = refused && refused_;
    const auto identity = tree_->who()->key();
    const std::array<runtime::log_field, 4> fields{
        {{"identity", identity},
         {"reason", why.detail},
         {"box_request_id", why.box_request_id},
         {"advice", "changes made elsewhere in Box are seen after limits.cache_ttl"}}};
    log_.write(told ? runtime::log_level::debug : runtime::log_level::warning,
               refused ? "events_refused" : "events_interrupted", fields);
    if (!refused) return outcome::trouble;
    refused_ = true;
    refused_until_ = waiting_.now() + after_a_refusal;
    return outcome::refused;
}

asio::awaitable<event_watch::outcome> event_watch::watch() {
    if (position_.empty()) {
        const auto now = co_await client_.perform(tree_->who(), endpoints_.events("now"));
        if (const auto good = judge(now); good != outcome::again) co_return good;
        if (const auto page = api::parse_events(now->body)) position_ = page->next_position;
        if (position_.empty()) co_return outcome::trouble;
    }
    const auto answer = co_await client_.perform(tree_->who(), endpoints_.realtime_server());
    if (const auto good = judge(answer); good != outcome::again) co_return good;
    auto server = api::parse_realtime_server(answer->body);
    if (!server) co_return outcome::trouble;
    // What came while nobody was listening the first poll tells at once: it names our position.
    for (unsigned polls = 0; polls <= server->max_retries; ++polls) {
        const auto message = co_await poll(*server);
        if (!message) co_return outcome::trouble;
        if (*message != "new_change") co_return outcome::again;
        if (const auto good = co_await catch_up(); good != outcome::again) co_return good;
        co_await waiting_.pause(between_fetches);
    }
    co_return outcome::again;
}

asio::awaitable<event_watch::outcome> event_watch::catch_up() {
    for (unsigned pages = 0; pages < most_pages; ++pages) {
        const auto answer = co_await client_.perform(tree_->who(), endpoints_.events(position_));
        if (const auto good = judge(answer); good != outcome::again) co_return good;
        const auto page = api::parse_events(answer->body);
        if (!page) co_return outcome::trouble;
        const bool moved = page->next_position != position_;
        position_ = page->next_position;
        // Box may send the same events for several positions on end.
        if (!filter_.apply(*page, tree_->names().cache()) || !moved || page->entries.size() < full_page) break;
    }
    co_return outcome::again;
}

asio::awaitable<std::optional<std::string>> event_watch::poll(const api::realtime_server& server) {
    auto url = server.url + (server.url.find('?') == std::string::npos ? "?" : "&") + "stream_position=" + position_;
    if (upgrade_ && url.starts_with("http://")) url.insert(4, "s");
    if (!trusted_.may_be_fetched(url)) co_return std::nullopt;
    http::request request(http::method::get, std::move(url));
    request.patience = server.timeout;
    const auto answer = co_await transport_->exchange(std::move(request));
    if (answer.has_error()) {
        if (answer.error().what.code == storage::errc::timeout) co_return "reconnect";
        log_.info("events_interrupted", {{"identity", tree_->who()->key()}, {"reason", answer.error().what.detail}});
        co_return std::nullopt;
    }
    if (answer->status != 200) co_return std::nullopt;
    co_return api::parse_poll(answer->body);
}

}  // namespace boxgate::box
