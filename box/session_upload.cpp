#include "box/session_upload.hpp"

#include "box/api/errors.hpp"
#include "box/api/json.hpp"
#include "box/retry_policy.hpp"
#include "box/upload_body.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;
using storage::result;

session_upload::session_upload(std::shared_ptr<worker_context> with, std::shared_ptr<identity> who,
                               api::upload_session session, std::shared_ptr<upload_content> content)
    : with_(std::move(with)),
      who_(std::move(who)),
      session_(std::move(session)),
      content_(std::move(content)),
      plan_(content_->size(), session_.part_size),
      parts_(plan_.parts()),
      finished_(with_->executor, asio::steady_timer::time_point::max()) {
    with_->open_upload_sessions.fetch_add(1, std::memory_order_relaxed);
}

void session_upload::release() {
    if (std::exchange(open_, false)) with_->open_upload_sessions.fetch_sub(1, std::memory_order_relaxed);
}

namespace {

// Box forgets a session by itself after a week; one try is enough to be polite, and a log line if it fails.
asio::awaitable<void> abort_session(std::shared_ptr<worker_context> with, std::shared_ptr<identity> who,
                                    api::upload_session session) {
    const auto answer = co_await with->calls->perform(who, with->endpoints.abort(session));
    if (answer.has_error() || (answer->status / 100 != 2 && answer->status != 404 && answer->status != 410)) {
        with->log.warning("upload_session_left_behind", {{"session", session.id}});
    }
    with->open_upload_sessions.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace

session_upload::~session_upload() {
    if (open_) with_->settle.adopt(with_->executor, "abort upload session", abort_session(with_, who_, session_));
}

asio::awaitable<result<void>> session_upload::send_parts(std::function<bool()> still_wanted) {
    const auto lanes = std::min<std::size_t>(with_->settings.parts_in_flight, plan_.parts());
    lanes_ = static_cast<unsigned>(lanes);
    const auto self = shared_from_this();
    for (std::size_t i = 0; i < lanes; ++i) {
        asio::co_spawn(with_->executor, lane(self, still_wanted), asio::detached);
    }
    while (lanes_ > 0) co_await finished_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (failed_) co_return *failed_;
    co_return result<void>();
}

asio::awaitable<void> session_upload::lane(std::shared_ptr<session_upload>, std::function<bool()> still_wanted) {
    try {
        while (!failed_ && next_ < plan_.parts()) {
            if (!still_wanted()) {
                failed_ = failure(errc::aborted, "the client was gone before the file was stored");
                break;
            }
            const auto index = next_++;
            auto sent = co_await send_part(plan_.at(index));
            if (sent.has_error()) {
                if (!failed_) failed_ = sent.error();
                break;
            }
            parts_[index] = std::move(*sent);
        }
    } catch (const std::exception& error) {
        if (!failed_) failed_ = failure(errc::internal, error.what());
    }
    if (--lanes_ == 0) finished_.cancel();
}

asio::awaitable<result<api::upload_part>> session_upload::send_part(upload_plan::part range) {
    const auto digest = co_await content_->digest_of(range.offset, range.length);
    if (digest.has_error()) co_return digest.error();
    const auto digest_hex = to_hex(*digest);
    for (unsigned tries = 1;; ++tries) {
        auto body = std::make_shared<upload_body>(content_, range.offset, range.length, with_->blocks);
        const auto what =
            with_->endpoints.put_part(session_, range.offset, range.length, plan_.total(), *digest, std::move(body));
        auto answer = co_await with_->calls->perform(who_, what);
        failure why;
        if (answer.has_value()) {
            if (answer->status / 100 == 2) {
                auto part = api::parse_upload_part(answer->body);
                if (part && part->sha1 == digest_hex && part->size == range.length) co_return std::move(*part);
                why = failure(errc::changed, "Box confirmed another content for a part than was sent");
            } else {
                why = api::to_failure(*answer);
                // An earlier try whose answer was lost may have stored the part.
                if (answer->status == 409) {
                    if (auto stored = co_await find_part(range, digest_hex)) co_return std::move(*stored);
                }
                const bool final_word = answer->status == 410 || answer->status == 403 || answer->status == 404;
                if (final_word) co_return why;
            }
        } else {
            why = answer.error().what;
            if (why.code == errc::rate_limited || why.code == errc::denied) co_return why;
        }
        const auto pause = retry_policy::back_off(tries, 0.5);
        if (!pause) co_return why;
        with_->log.info("upload_part_repeated", {{"offset", range.offset}, {"reason", why.detail}});
        asio::steady_timer timer(with_->executor, *pause);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<std::optional<api::upload_part>> session_upload::find_part(upload_plan::part range,
                                                                           std::string digest_hex) {
    const auto answer = co_await with_->calls->perform(who_, with_->endpoints.list_parts(session_));
    if (answer.has_error() || answer->status != 200) co_return std::nullopt;
    for (auto& part : api::parse_upload_parts(answer->body)) {
        if (part.offset == range.offset && part.size == range.length && part.sha1 == digest_hex) {
            co_return std::move(part);
        }
    }
    co_return std::nullopt;
}

}  // namespace boxgate::box
