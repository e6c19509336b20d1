#include "box/session_upload.hpp"

#include "box/api/errors.hpp"
#include "box/api/json.hpp"
#include "box/retry_policy.hpp"
#include "box/upload_body.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

constexpr auto for_ever = asio::steady_timer::time_point::max();
constexpr std::size_t parts_per_page = 1000;
constexpr std::chrono::minutes longest_pause_of_an_abort{2};

// Nobody waits for it, so it has time. Box forgets a session by itself after a week: what cannot be deleted in a few
// minutes is left to that, and told in the log.
asio::awaitable<void> abort_session(std::shared_ptr<worker_context> with, std::shared_ptr<identity> who,
                                    api::upload_session session) {
    for (unsigned tries = 1;; ++tries) {
        const auto answer = co_await with->calls->perform(who, with->endpoints.abort(session));
        const bool gone =
            answer.has_value() && (answer->status / 100 == 2 || answer->status == 404 || answer->status == 410);
        if (gone) break;
        auto pause = retry_policy::back_off(tries, 0.5);
        if (answer.has_error() && answer.error().what.retry_after) pause = *answer.error().what.retry_after;
        if (answer.has_value() || !pause || *pause > longest_pause_of_an_abort || tries >= retry_policy::max_tries) {
            with->log.warning("upload_session_left_behind", {{"session", session.id}});
            break;
        }
        asio::steady_timer timer(with->executor, *pause);
        co_await timer.async_wait(asio::use_awaitable);
    }
    with->open_upload_sessions.fetch_sub(1, std::memory_order_relaxed);
}

failure nobody_waits() {
    return failure(errc::aborted, "the client was gone before the file was stored");
}

}  // namespace

session_upload::session_upload(std::shared_ptr<worker_context> with, std::shared_ptr<identity> who,
                               api::upload_session session, std::shared_ptr<upload_content> content,
                               std::uint64_t total, confirmed_parts confirmed)
    : with_(std::move(with)),
      who_(std::move(who)),
      session_(std::move(session)),
      content_(std::move(content)),
      plan_(total, session_.part_size),
      confirmed_(confirmed),
      parts_(plan_.parts()),
      patience_(with_->settings, upload_patience::clock::now()),
      news_(with_->executor, for_ever),
      finished_(with_->executor, for_ever) {
    with_->open_upload_sessions.fetch_add(1, std::memory_order_relaxed);
    content_->cut_into(plan_.part_size(), plan_.total(), confirmed_ == confirmed_parts::discard);
}

session_upload::~session_upload() {
    if (open_) with_->settle.adopt(with_->executor, "abort upload session", abort_session(with_, who_, session_));
}

void session_upload::release() {
    if (std::exchange(open_, false)) with_->open_upload_sessions.fetch_sub(1, std::memory_order_relaxed);
}

asio::awaitable<void> session_upload::abort() {
    stop();
    if (std::exchange(open_, false)) co_await abort_session(with_, who_, session_);
}

void session_upload::start() {
    lanes_ = static_cast<unsigned>(std::min<std::size_t>(with_->settings.parts_in_flight, plan_.parts()));
    const auto lanes = lanes_;
    // The settler's: they may outlive the client, and a shutdown waits until they have broken off.
    for (unsigned i = 0; i < lanes; ++i) {
        with_->settle.adopt(with_->executor, "send parts", lane(shared_from_this()));
    }
}

void session_upload::stop() {
    wanted_ = [] { return false; };
    fail(nobody_waits());
}

void session_upload::fail(failure why) {
    if (!failed_) failed_ = std::move(why);
    content_->stops_draining();
    news_.cancel();
}

void session_upload::lose(failure why) {
    lost_ = true;
    fail(std::move(why));
}

asio::awaitable<result<void>> session_upload::finish(std::function<bool()> still_wanted) {
    wanted_ = std::move(still_wanted);
    finishing_ = true;
    patience_.restart(upload_patience::clock::now());
    news_.cancel();
    while (lanes_ > 0) co_await finished_.async_wait(asio::as_tuple(asio::use_awaitable));
    wanted_ = [] { return true; };  // the caller's question does not outlive the call
    if (failed_) co_return *failed_;
    co_return result<void>();
}

asio::awaitable<void> session_upload::lane(std::shared_ptr<session_upload>) {
    try {
        while (const auto index = co_await next_part()) co_await send_part(*index);
    } catch (const std::exception& error) {
        fail(failure(errc::internal, error.what()));
    }
    if (--lanes_ == 0) finished_.cancel();
}

// The lowest part that nobody has taken, once it is whole; nullopt at the end.
asio::awaitable<std::optional<std::size_t>> session_upload::next_part() {
    while (!failed_ && next_ < plan_.parts()) {
        if (!wanted_()) {
            fail(nobody_waits());
        } else if (next_ < plan_.whole(content_->ready())) {
            content_->seal(plan_.at(next_).end());
            co_return next_++;
        } else {
            co_await news_.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }
    co_return std::nullopt;
}

asio::awaitable<void> session_upload::send_part(std::size_t index) {
    const auto range = plan_.at(index);
    const auto digest = co_await content_->digest_of(range.offset, range.length);
    if (digest.has_error()) co_return fail(digest.error());
    for (unsigned tries = 1; !failed_; ++tries) {
        failure why;
        const auto outcome = co_await try_part(index, *digest, why);
        if (outcome == verdict::sent) {
            patience_.restart(upload_patience::clock::now());
            // A session that is lost may have a successor, which needs them.
            if (!failed_ && confirmed_ == confirmed_parts::discard)
                co_await content_->discard(range.offset, range.length);
            co_return;
        }
        if (outcome == verdict::failed) co_return fail(std::move(why));
        with_->log.info("upload_part_repeated", {{"offset", range.offset}, {"reason", why.detail}});
        const bool go_on = co_await pause(why, tries);
        if (!go_on) co_return fail(wanted_() ? std::move(why) : nobody_waits());
    }
}

// False once the patience is.
asio::awaitable<bool> session_upload::pause(failure why, unsigned tries) {
    const auto length = upload_patience::pause(why, tries);
    const auto end = upload_patience::clock::now() + length;
    // Whoever begins to wait meanwhile is not to wait for all of a long pause.
    const std::function<bool()> bearable = [this, &why, end] {
        return !failed_ && wanted_() && (!finishing_ || patience_.covers(why, end));
    };
    const bool waited = co_await wait_while(with_->executor, length, bearable);
    co_return waited || failed_;
}

asio::awaitable<session_upload::verdict> session_upload::try_part(std::size_t index, std::string digest, failure& why) {
    const auto range = plan_.at(index);
    const auto digest_hex = to_hex(digest);
    auto body = std::make_shared<upload_body>(content_, range.offset, range.length, with_->blocks);
    body->only_while([self = shared_from_this()] { return !self->failed_ && self->wanted_(); });
    const auto what =
        with_->endpoints.put_part(session_, range.offset, range.length, plan_.total(), digest, std::move(body));
    auto answer = co_await with_->calls->perform(who_, what);
    if (answer.has_error()) {
        why = answer.error().what;
        co_return upload_patience::may_pass(why) ? verdict::retry : verdict::failed;
    }
    if (answer->status / 100 == 2) {
        auto part = api::parse_upload_part(answer->body);
        if (part && part->sha1 == digest_hex && part->size == range.length && part->offset == range.offset) {
            parts_[index] = std::move(*part);
            co_return verdict::sent;
        }
        lose(failure(errc::changed, "Box confirmed another content for a part than was sent"));
        why = *failed_;
        co_return verdict::failed;
    }
    why = api::to_failure(*answer);
    switch (answer->status) {
        case 409:
            // An earlier try whose answer was lost may have stored the part.
            if (co_await find_part(index, digest_hex)) co_return verdict::sent;
            co_return verdict::retry;
        case 404:
        case 410:
            lose(why);
            co_return verdict::failed;
        case 408:
        case 412:  // damaged on its way
            co_return verdict::retry;
        default:
            co_return answer->status >= 500 && answer->status != 507 ? verdict::retry : verdict::failed;
    }
}

asio::awaitable<bool> session_upload::find_part(std::size_t index, std::string digest_hex) {
    const auto range = plan_.at(index);
    for (std::uint64_t from = 0;; from += parts_per_page) {
        const auto answer = co_await with_->calls->perform(who_, with_->endpoints.list_parts(session_, from));
        if (answer.has_error() || answer->status != 200) co_return false;
        auto page = api::parse_upload_parts(answer->body);
        for (auto& part : page) {
            if (part.offset != range.offset) continue;
            if (part.size != range.length || part.sha1 != digest_hex) {
                lose(failure(errc::changed, "Box holds another content for a part than was sent"));
                co_return false;
            }
            parts_[index] = std::move(part);
            co_return true;
        }
        if (page.size() < parts_per_page) co_return false;
    }
}

}  // namespace boxgate::box
