// The part of commit that goes through an upload session: large files.
#include "box/api/errors.hpp"
#include "box/api/json.hpp"
#include "box/commit.hpp"
#include "box/upload_patience.hpp"

#include <algorithm>

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

constexpr unsigned most_refusals = 6;
// Box may need a while to see the last part everywhere; others have met up to 100 refusals.
constexpr unsigned most_mismatches = 100;

}  // namespace

asio::awaitable<result<std::shared_ptr<session_upload>>> commit::open_session() {
    const std::function<bool()> wanted = [permission = permission_] { return permission->still_wanted(); };
    if (early_) {
        auto begun = co_await early_->take(wanted);
        early_.reset();
        if (begun && begun->total() == content_->size() && !begun->failed()) co_return begun;
        // The size was an estimate, and a wrong one; or Box has ended the session.
        if (begun) begun->stop();
    }
    if (!content_->is_whole()) {
        co_return failure(errc::aborted,
                          "Box has ended the upload, and its beginning is no longer here to be sent again; send the "
                          "file once more");
    }
    auto opened = co_await to_->open_session(content_->size(), wanted);
    if (opened.has_error()) co_return opened.error();
    auto session = std::make_shared<session_upload>(with_, to_->who(), std::move(*opened), content_, content_->size(),
                                                    session_upload::confirmed_parts::keep);
    session->start();
    co_return session;
}

asio::awaitable<commit::step> commit::session_once() {
    auto session = co_await open_session();
    if (session.has_error()) co_return step(step::failed, session.error());
    replaced_ = to_->existing().has_value();
    const std::function<bool()> wanted = [permission = permission_] { return permission->still_wanted(); };
    auto sent = co_await (*session)->finish(wanted);
    if (sent.has_error()) {
        const bool worth_another = (*session)->is_lost() && content_->is_whole() && permission_->still_wanted();
        co_return step(worth_another ? step::again_after_a_pause : step::failed, sent.error());
    }
    if (!permission_->pass())
        co_return step(step::failed, failure(errc::aborted, "the client was gone before the file was stored"));
    deadline_ = std::chrono::steady_clock::now() + with_->settings.commit_timeout;
    auto reached = co_await commit_session(*session);
    // Box cannot store the file behind our back while it is asked for it, once the session is gone.
    if (reached.what == step::failed && ambiguous_) co_await (*session)->abort();
    co_return reached;
}

asio::awaitable<commit::step> commit::commit_session(std::shared_ptr<session_upload> session) {
    upload_patience patience(with_->settings, upload_patience::clock::now());
    unsigned faults = 0;
    unsigned refusals = 0;
    unsigned mismatches = 0;
    while (true) {
        const auto place = to_->existing();
        const auto what = with_->endpoints.commit(session->session(), session->parts(), digest_, to_->known_etag());
        auto answer = co_await with_->calls->perform(to_->who(), what);
        std::chrono::milliseconds pause = std::chrono::seconds(1);
        if (answer.has_error()) {
            const auto why = answer.error().what;
            if (answer.error().may_have_been_applied) {
                auto settled = co_await settle(why);
                if (settled.what == step::stored) session->release();
                if (settled.what != step::again_after_a_pause) co_return settled;
            } else if (!upload_patience::may_pass(why)) {
                co_return step(step::failed, why);
            }
            pause = upload_patience::pause(why, ++faults);
            if (!patience.covers(why, upload_patience::clock::now() + pause)) co_return step(step::failed, why);
        } else if (answer->status == 202) {
            ambiguous_ = true;
            patience.restart(upload_patience::clock::now());
            pause = api::retry_after(*answer).value_or(std::chrono::seconds(1));
        } else if (answer->status / 100 == 2) {
            session->release();
            co_return stored_as(*answer);
        } else if (api::parse_error(answer->body).code == "parts_mismatch" && ++mismatches < most_mismatches) {
            patience.restart(upload_patience::clock::now());
            pause = api::retry_after(*answer).value_or(std::chrono::seconds(1));
        } else {
            const auto status = answer->status;
            auto judged = co_await judge(std::move(*answer));
            if (judged.what == step::stored) session->release();
            if (judged.what != step::again) co_return judged;
            if (++refusals >= most_refusals) co_return step(step::failed, std::move(judged.why));
            const auto& now = to_->existing();
            const bool same_file = place ? now && now->id == place->id : !now;
            // The session is good for the file it was made for, in whatever version that is by now.
            if (!same_file || status == 404 || status == 410) co_return judged;
            if (status == 412 && (!place || place->etag == now->etag)) {
                co_return step(step::failed, failure(errc::changed, "Box put the parts together to another content"));
            }
            pause = pause.zero();
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline_ - upload_patience::clock::now());
        if (left.count() <= 0) {
            co_return step(step::failed,
                           failure(errc::timeout, "Box did not finish storing the file within limits.commit_timeout"));
        }
        co_await rest(std::min(pause, left));
    }
}

}  // namespace boxgate::box
