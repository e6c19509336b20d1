#include "box/commit.hpp"

#include "box/api/errors.hpp"
#include "box/api/json.hpp"
#include "box/jwt_assertion.hpp"
#include "box/upload_body.hpp"
#include "box/upload_patience.hpp"
#include "box/upload_undo.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <vector>

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

constexpr unsigned most_posts = 6;

}  // namespace

commit::commit(std::shared_ptr<worker_context> with, std::shared_ptr<upload_destination> to,
               std::shared_ptr<upload_content> content, std::shared_ptr<commit_permission> permission,
               std::shared_ptr<early_upload> early)
    : with_(std::move(with)),
      to_(std::move(to)),
      content_(std::move(content)),
      permission_(std::move(permission)),
      early_(std::move(early)) {}

asio::awaitable<commit::outcome> commit::run() {
    auto done = co_await store();
    if (early_) early_->stop();
    note(done);
    co_return done;
}

// Who waits for the outcome tells the operator of it. Where the session has left meanwhile, nobody else would.
void commit::note(const outcome& done) const {
    const bool alone = !permission_->has_caller();
    const auto path = to_->path().string();
    std::vector<runtime::log_field> fields{{"path", path}, {"bytes", content_->size()}};
    if (done.has_value()) {
        fields.insert(
            fields.end(),
            {{"box_id", done->stored.id}, {"sha1", done->stored.sha1}, {"box_request_id", done->box_request_id}});
        with_->log.write(alone ? runtime::log_level::info : runtime::log_level::debug, "stored", fields);
    } else {
        const auto why = done.error();  // a copy, which the fields borrow from
        fields.insert(
            fields.end(),
            {{"reason", storage::to_string(why.code)}, {"detail", why.detail}, {"box_request_id", why.box_request_id}});
        with_->log.write(alone ? runtime::log_level::warning : runtime::log_level::debug, "not_stored", fields);
    }
}

asio::awaitable<void> commit::rest(std::chrono::milliseconds length) {
    asio::steady_timer timer(with_->executor, length);
    co_await timer.async_wait(asio::use_awaitable);
}

bool commit::in_time(std::chrono::milliseconds from_now) const {
    return !deadline_ || std::chrono::steady_clock::now() + from_now < *deadline_;
}

asio::awaitable<commit::outcome> commit::store() {
    auto digest = co_await content_->digest();
    if (digest.has_error()) co_return digest.error();
    digest_ = std::move(*digest);
    digest_hex_ = to_hex(digest_);
    if (early_) early_->grown();  // the last part is whole
    auto reached = co_await reach();
    if (reached.what == step::failed && ambiguous_) {
        // What an earlier try has left Box with may have come true meanwhile.
        reached = co_await settle(std::move(reached.why));
    }
    if (reached.what != step::stored) co_return reached.why;
    co_return co_await accept(std::move(reached.item), std::move(reached.request_id));
}

// Tries until the file is stored, or nothing more can be done.
asio::awaitable<commit::step> commit::reach() {
    for (unsigned tries = 1;; ++tries) {
        auto one_try = is_direct() ? post_once() : session_once();
        auto reached = co_await std::move(one_try);
        if (reached.what == step::stored || reached.what == step::unknown) co_return reached;
        const auto pause =
            reached.what == step::again ? std::chrono::milliseconds(0) : upload_patience::pause(reached.why, tries);
        const bool worth_it = tries < most_posts && in_time(pause) && pause <= with_->settings.max_wait;
        if (reached.what == step::failed || !worth_it) co_return step(step::failed, std::move(reached.why));
        with_->log.info("upload_repeated", {{"path", to_->path().string()}, {"reason", reached.why.detail}});
        co_await rest(pause);
    }
}

asio::awaitable<commit::step> commit::post_once() {
    http::multipart_frame frame(api::endpoints::upload_attributes(to_->parent_id(), to_->name()), random_token(24));
    auto content_type = frame.content_type;
    const auto whole = std::make_shared<bool>(false);
    const auto pass = [self = shared_from_this(), whole] {
        if (!self->permission_->pass()) return false;
        *whole = true;
        if (!self->deadline_) self->deadline_ = std::chrono::steady_clock::now() + self->with_->settings.commit_timeout;
        return true;
    };
    auto body = std::make_shared<upload_body>(content_, std::move(frame), pass, with_->blocks);
    replaced_ = to_->existing().has_value();
    auto what = replaced_ ? with_->endpoints.upload_version(to_->existing()->id, std::move(content_type), digest_hex_,
                                                            std::move(body), to_->known_etag())
                          : with_->endpoints.upload_new(std::move(content_type), digest_hex_, std::move(body));
    auto answer = co_await with_->calls->perform(to_->who(), std::move(what));
    if (answer.has_error()) {
        const auto& error = answer.error();
        if (error.what.code == errc::aborted || !error.may_have_been_applied) co_return step(step::failed, error.what);
        // Of a body that has lost its end nothing can be stored.
        if (!*whole) co_return step(step::again_after_a_pause, error.what);
        co_return co_await settle(error.what);
    }
    if (answer->status / 100 == 2) co_return stored_as(*answer);
    co_return co_await judge(std::move(*answer));
}

commit::step commit::stored_as(const http::response& answer) {
    auto item = api::parse_first_entry(answer.body);
    if (!item) {
        ambiguous_ = true;
        return step(step::failed,
                    failure(errc::unavailable,
                            "Box's answer to the upload cannot be read; whether it stored the file is unknown"));
    }
    step yes;
    yes.what = step::stored;
    yes.item = std::move(*item);
    yes.request_id = std::string(answer.headers["box-request-id"]);
    return yes;
}

asio::awaitable<commit::step> commit::judge(http::response refusal) {
    auto why = api::to_failure(refusal);
    // What is in the way, has changed the file or made the upload session go may be a try whose answer was lost.
    const bool may_be_ours =
        refusal.status == 404 || refusal.status == 409 || refusal.status == 410 || refusal.status == 412;
    if (ambiguous_ && may_be_ours) {
        auto settled = co_await settle(why);
        if (settled.what == step::stored) co_return settled;
    }
    if (refusal.status == 410) co_return step(step::again, std::move(why));
    const auto final_word = co_await to_->judge(std::move(refusal));
    if (final_word) co_return step(step::failed, *final_word);
    co_return step(step::again, std::move(why));
}

// The answer was lost: Box may hold the file, or not. It is asked until it answers, since either word would be a guess.
asio::awaitable<commit::step> commit::settle(failure why) {
    ambiguous_ = true;
    const auto now = upload_patience::clock::now();
    const auto patience =
        is_direct() ? upload_patience::short_one(with_->settings, now) : upload_patience(with_->settings, now);
    for (unsigned tries = 1;; ++tries) {
        auto found = co_await to_->look();
        if (found.has_value() && found->sha1 == digest_hex_ && found->size == content_->size()) {
            step yes;
            yes.what = step::stored;
            yes.item = std::move(*found);
            co_return yes;
        }
        if (found.has_value() || found.error().code == errc::not_found) {
            co_return step(step::again_after_a_pause, std::move(why));
        }
        const auto unanswered = found.error();
        const auto pause = upload_patience::pause(unanswered, tries);
        const bool in_patience = patience.covers(unanswered, upload_patience::clock::now() + pause);
        if (!upload_patience::may_pass(unanswered) || !in_patience) {
            why.detail += "; whether Box has stored the file could not be found out: " + unanswered.detail;
            co_return step(step::unknown, std::move(why));
        }
        co_await rest(pause);
    }
}

asio::awaitable<commit::outcome> commit::accept(api::item stored, std::string request_id) {
    if (stored.sha1 == digest_hex_ && stored.size.value_or(content_->size()) == content_->size()) {
        stored.size = content_->size();
        co_await to_->learned(stored);
        co_return storage::receipt(to_entry(stored), std::move(request_id), replaced_);
    }
    failure why(errc::changed,
                "Box holds another content (SHA-1 " + stored.sha1 + ") than was sent (" + digest_hex_ + ")");
    why.box_request_id = std::move(request_id);
    const bool undone = co_await undo_upload(with_, to_->who(), stored, replaced_);
    co_await to_->forget(stored);
    why.detail += undone ? "; the state before was restored"
                         : "; RESTORING THE STATE BEFORE FAILED: look after file " + stored.id + " in Box";
    if (!undone) with_->log.error("upload_not_undone", {{"path", to_->path().string()}, {"box_id", stored.id}});
    co_return why;
}

}  // namespace boxgate::box
