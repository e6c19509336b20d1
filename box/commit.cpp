#include "box/commit.hpp"

#include "box/api/errors.hpp"
#include "box/api/json.hpp"
#include "box/names.hpp"
#include "box/retry_policy.hpp"
#include "box/upload_body.hpp"
#include "conf/runtime/offload.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

constexpr unsigned most_tries = 6;

// Calls of the control thread, as coroutines that own what they use.
asio::awaitable<void> learn(std::shared_ptr<tree> in, std::string folder_id, api::item stored) {
    in->names().learned(folder_id, stored);
    co_return;
}

asio::awaitable<result<api::item>> look_again(std::shared_ptr<tree> in, std::string folder_id, std::string name) {
    auto found = co_await in->names().fresh_child(std::move(folder_id), std::move(name));
    if (found.has_error()) co_return found;
    co_return co_await in->names().fetch(found->type, found->id);
}

asio::awaitable<result<tree::upload_place>> resolve_again(std::shared_ptr<tree> in, std::string root_id,
                                                          storage::path path, tree::upload_place stale) {
    in->names().cache().forget_folder(stale.parent_id);
    if (stale.existing) in->names().removed(stale.parent_id, stale.existing->id);
    auto parent = co_await in->names().describe(root_id, path.parent());
    if (parent.has_error()) co_return parent.error();
    co_return co_await in->place_of_upload(std::move(root_id), std::move(path));
}

asio::awaitable<void> sleep(const asio::any_io_executor& executor, std::chrono::milliseconds length) {
    asio::steady_timer timer(executor, length);
    co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace

commit::commit(std::shared_ptr<worker_context> with, upload_target target, std::shared_ptr<upload_content> content,
               std::shared_ptr<commit_permission> permission)
    : with_(std::move(with)),
      target_(std::move(target)),
      content_(std::move(content)),
      permission_(std::move(permission)),
      deadline_(std::chrono::steady_clock::now() + with_->settings.commit_timeout) {}

asio::awaitable<commit::outcome> commit::run() {
    auto done = co_await store();
    if (done.has_value()) {
        with_->log.info("stored", {{"path", target_.path.string()},
                                   {"bytes", content_->size()},
                                   {"box_id", done->stored.id},
                                   {"sha1", done->stored.sha1},
                                   {"box_request_id", done->box_request_id}});
    } else {
        with_->log.warning("not_stored", {{"path", target_.path.string()},
                                          {"bytes", content_->size()},
                                          {"reason", storage::to_string(done.error().code)},
                                          {"detail", done.error().detail},
                                          {"box_request_id", done.error().box_request_id}});
    }
    co_return done;
}

asio::awaitable<commit::outcome> commit::store() {
    auto digest = co_await content_->digest();
    if (digest.has_error()) co_return digest.error();
    digest_ = std::move(*digest);
    digest_hex_ = to_hex(digest_);
    const bool direct = content_->size() <= with_->settings.direct_upload_limit;
    for (unsigned tries = 1;; ++tries) {
        auto one_try = direct ? post_once() : session_once();
        auto reached = co_await std::move(one_try);
        if (reached.what == step::stored)
            co_return co_await accept(std::move(reached.item), std::move(reached.request_id));
        const auto pause = retry_policy::back_off(tries, 0.5);
        if (reached.what == step::failed || tries >= most_tries || !pause || out_of_time()) co_return reached.why;
        with_->log.info("upload_repeated", {{"path", target_.path.string()}, {"reason", reached.why.detail}});
        // A conflict of names is settled by the next try; what failed in passing needs a moment.
        if (reached.why.code != errc::exists && reached.why.code != errc::not_found) {
            co_await sleep(with_->executor, *pause);
        }
    }
}

asio::awaitable<commit::step> commit::post_once() {
    const auto& place = target_.place;
    http::multipart_frame frame(api::endpoints::upload_attributes(place.parent_id, place.name), random_token(24));
    auto content_type = frame.content_type;
    const auto pass = [permission = permission_] { return permission->pass(); };
    auto body = std::make_shared<upload_body>(content_, std::move(frame), pass, with_->blocks);
    replaced_ = place.existing.has_value();
    auto what = replaced_ ? with_->endpoints.upload_version(place.existing->id, std::move(content_type), digest_hex_,
                                                            std::move(body))
                          : with_->endpoints.upload_new(std::move(content_type), digest_hex_, std::move(body));
    auto answer = co_await with_->calls->perform(target_.in->who(), std::move(what));
    if (answer.has_error()) {
        step no;
        no.what = step::failed;
        no.why = answer.error().what;
        if (no.why.code == errc::aborted || !answer.error().may_have_been_applied) co_return no;
        co_return co_await settle(answer.error().what);
    }
    if (answer->status / 100 == 2) co_return stored_as(*answer);
    co_return co_await judge_refusal(std::move(*answer));
}

asio::awaitable<commit::step> commit::session_once() {
    const auto& place = target_.place;
    replaced_ = place.existing.has_value();
    const auto size = content_->size();
    const auto what = replaced_ ? with_->endpoints.create_version_session(place.existing->id, place.name, size)
                                : with_->endpoints.create_session(place.parent_id, place.name, size);
    auto answer = co_await with_->calls->perform(target_.in->who(), what);
    step no;
    no.what = step::failed;
    if (answer.has_error()) {
        // A session that was made without our knowing holds nothing and is forgotten by Box in a week.
        no.why = answer.error().what;
        if (answer.error().may_have_been_applied) no.what = step::again;
        co_return no;
    }
    if (answer->status / 100 != 2) co_return co_await judge_refusal(std::move(*answer));
    auto session = api::parse_upload_session(answer->body);
    if (!session) {
        no.why = failure(errc::unavailable, "Box's upload session cannot be read");
        co_return no;
    }
    auto sending = std::make_shared<session_upload>(with_, target_.in->who(), std::move(*session), content_);
    const std::function<bool()> wanted = [permission = permission_] { return permission->still_wanted(); };
    auto sent = co_await sending->send_parts(wanted);
    if (sent.has_error()) {
        no.why = sent.error();
        // Box ends sessions that it cannot finish; a new one may fare better.
        if (no.why.code == errc::aborted && permission_->still_wanted()) no.what = step::again;
        co_return no;
    }
    if (!permission_->pass()) {
        no.why = failure(errc::aborted, "the client was gone before the file was stored");
        co_return no;
    }
    co_return co_await commit_session(std::move(sending));
}

asio::awaitable<commit::step> commit::commit_session(std::shared_ptr<session_upload> session) {
    step no;
    no.what = step::failed;
    for (unsigned tries = 1;; ++tries) {
        auto answer = co_await with_->calls->perform(
            target_.in->who(), with_->endpoints.commit(session->session(), session->parts(), digest_));
        std::chrono::milliseconds pause = std::chrono::seconds(1);
        if (answer.has_error()) {
            if (!answer.error().may_have_been_applied) {
                no.why = answer.error().what;
                co_return no;
            }
            auto settled = co_await settle(answer.error().what);
            if (settled.what == step::stored) session->release();
            if (settled.what != step::again || tries >= most_tries) co_return settled;
        } else if (answer->status == 202) {
            pause = api::retry_after(*answer).value_or(std::chrono::seconds(1));
        } else if (answer->status / 100 == 2) {
            session->release();
            co_return stored_as(*answer);
        } else {
            // Just after the last part Box may not have seen it everywhere yet.
            const auto code = api::parse_error(answer->body).code;
            if (code != "parts_mismatch" || tries >= 60) co_return co_await judge_refusal(std::move(*answer));
        }
        if (std::chrono::steady_clock::now() + pause >= deadline_) {
            no.why = failure(errc::timeout, "Box did not finish storing the file within limits.commit_timeout");
            co_return no;
        }
        co_await sleep(with_->executor, pause);
    }
}

commit::step commit::stored_as(const http::response& answer) {
    step yes;
    auto item = api::parse_first_entry(answer.body);
    if (!item) {
        yes.what = step::failed;
        yes.why = failure(errc::unavailable,
                          "Box's answer to the upload cannot be read; whether it stored the file is unknown");
        return yes;
    }
    yes.what = step::stored;
    yes.item = std::move(*item);
    yes.request_id = std::string(answer.headers["box-request-id"]);
    return yes;
}

asio::awaitable<commit::step> commit::judge_refusal(http::response answer) {
    const auto error = api::parse_error(answer.body);
    step next;
    next.why = api::to_failure(answer);
    next.what = step::failed;
    if (answer.status == 409 && error.conflict) {
        const auto& other = *error.conflict;
        if (other.type == api::item_type::folder) {
            const bool same = is_same_name(other.name, target_.place.name);
            next.why = failure(same ? errc::is_a_directory : errc::exists, "'" + other.name + "' is a directory");
        } else if (fold(other.name) != fold(target_.place.name)) {
            next.why = failure(errc::exists, "Box takes this name for that of '" + other.name + "', which exists");
        } else if (target_.mode == storage::write_mode::create) {
            next.why = failure(errc::exists, "'" + other.name + "' exists, and this account may not overwrite");
        } else if (!is_same_name(other.name, target_.place.name) && target_.refuse_case_clash) {
            next.why = failure(errc::exists, "'" + other.name + "' exists, and Box ignores upper and lower case");
        } else {
            target_.place.existing = other;
            next.what = step::again;
        }
    } else if (answer.status == 404 && !re_resolved_) {
        // A stale id: the file or its folder is not what it was when the path was resolved.
        re_resolved_ = true;
        auto place = co_await runtime::run_on(with_->control,
                                              resolve_again(target_.in, target_.root_id, target_.path, target_.place));
        if (place.has_value()) {
            target_.place = std::move(*place);
            next.what = step::again;
        } else {
            next.why = place.error();
        }
    } else if (error.code == "bad_digest" || error.code == "operation_blocked_temporary" ||
               error.code == "name_temporarily_reserved") {
        next.what = step::again;
    }
    co_return next;
}

// The answer was lost: Box may hold the file, or not.
asio::awaitable<commit::step> commit::settle(failure why) {
    step next;
    next.why = std::move(why);
    auto found =
        co_await runtime::run_on(with_->control, look_again(target_.in, target_.place.parent_id, target_.place.name));
    if (found.has_value() && found->sha1 == digest_hex_ && found->size == content_->size()) {
        next.what = step::stored;
        next.item = std::move(*found);
    } else if (found.has_error() && found.error().code != errc::not_found) {
        next.what = step::failed;
        next.why.detail += "; whether Box has stored the file could not be found out: " + found.error().detail;
    }
    co_return next;
}

asio::awaitable<commit::outcome> commit::accept(api::item stored, std::string request_id) {
    if (stored.sha1 != digest_hex_ || (stored.size && *stored.size != content_->size())) {
        failure why(errc::changed,
                    "Box holds another content (SHA-1 " + stored.sha1 + ") than was sent (" + digest_hex_ + ")");
        co_await take_back(std::move(stored), why);
        why.box_request_id = request_id;
        co_return why;
    }
    if (!stored.size) stored.size = content_->size();
    co_await runtime::run_on(with_->control, learn(target_.in, target_.place.parent_id, stored));
    co_return storage::receipt(to_entry(stored), std::move(request_id));
}

// What Box has stored is not what was sent: the old state is brought back.
asio::awaitable<void> commit::take_back(api::item stored, failure& why) {
    const auto who = target_.in->who();
    bool undone = false;
    if (!replaced_) {
        const auto gone = co_await with_->calls->perform(who, with_->endpoints.remove_file(stored.id));
        undone = gone.has_value() && (gone->status / 100 == 2 || gone->status == 404);
    } else {
        const auto versions = co_await with_->calls->perform(who, with_->endpoints.versions(stored.id));
        const auto previous = versions.has_value() && versions->status == 200 ? api::parse_first_version(versions->body)
                                                                              : std::optional<std::string>();
        if (previous) {
            const auto back =
                co_await with_->calls->perform(who, with_->endpoints.promote_version(stored.id, *previous));
            undone = back.has_value() && back->status / 100 == 2;
        }
    }
    why.detail += undone ? "; the state before was restored"
                         : "; RESTORING THE STATE BEFORE FAILED: look after file " + stored.id + " in Box";
}

}  // namespace boxgate::box
