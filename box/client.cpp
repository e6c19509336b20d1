#include "box/client.hpp"

#include "box/api/errors.hpp"
#include "box/api/json.hpp"
#include "box/identity.hpp"
#include "box/retry_policy.hpp"
#include "box/trusted_hosts.hpp"
#include "conf/runtime/offload.hpp"

#include <boost/throw_exception.hpp>

#include <random>

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;

void throw_exception_from_error(const call_error& error, const boost::source_location& where) {
    boost::throw_exception(storage::failure_error(error.what), where);
}

namespace {

using http_outcome = boost::system::result<http::response, http::transport_error>;

class retrying_client final : public client {
public:
    retrying_client(std::unique_ptr<http::transport> transport, asio::any_io_executor control, options settings,
                    const runtime::log& log, pause_function pause)
        : transport_(std::move(transport)),
          control_(std::move(control)),
          settings_(std::move(settings)),
          trusted_(settings_),
          log_(log),
          pause_(std::move(pause)) {}

    asio::awaitable<boost::system::result<http::response, call_error>> perform(std::shared_ptr<identity> who,
                                                                               call what) override;

    asio::awaitable<http_outcome> fetch(http::request what) override {
        if (!what.patience) what.patience = settings_.call_timeout;
        if (!trusted_.may_be_fetched(what.url)) {
            co_return http::transport_error(failure(errc::unavailable, "Box named an address that is not https"),
                                            false);
        }
        co_return co_await transport_->exchange(std::move(what));
    }

private:
    struct ticket {
        ticket(std::string with_token, std::chrono::milliseconds waiting)
            : token(std::move(with_token)), waited(waiting) {}
        std::string token;
        std::chrono::milliseconds waited;
    };

    // What is asked of control holds the identity for as long: an asker that leaves may be the last one.
    static asio::awaitable<storage::result<ticket>> enter(std::shared_ptr<identity> who, bool upload,
                                                          std::chrono::milliseconds patience) {
        const auto waited = co_await who->pace()->admit(upload, patience);
        if (waited.has_error()) co_return waited.error();
        auto token = co_await who->tokens()->token();
        if (token.has_error()) {
            if (is_passing(token.error().code)) who->pace()->box().failed(token.error().detail, who->pace()->now());
            co_return token.error();
        }
        co_return ticket(std::move(*token), *waited);
    }
    static asio::awaitable<void> forget_token(std::shared_ptr<identity> who, std::string used) {
        who->tokens()->invalidate(used);
        co_return;
    }
    static asio::awaitable<void> note_failure(std::shared_ptr<identity> who, std::string reason) {
        who->pace()->box().failed(std::move(reason), who->pace()->now());
        co_return;
    }
    static asio::awaitable<void> note_answer(std::shared_ptr<identity> who) {
        who->pace()->box().worked();
        co_return;
    }
    static asio::awaitable<void> hold(std::shared_ptr<identity> who, std::chrono::seconds length) {
        who->pace()->hold(length);
        co_return;
    }
    static bool is_passing(errc code) { return code == errc::unavailable || code == errc::timeout; }

    asio::awaitable<void> tell_health(std::shared_ptr<identity> who, const http_outcome& answer);
    void dress(http::request& request, const identity& who) const;
    double chance() { return std::uniform_real_distribution<double>(0, 1)(random_); }

    std::unique_ptr<http::transport> transport_;
    asio::any_io_executor control_;
    options settings_;
    trusted_hosts trusted_;
    const runtime::log& log_;
    pause_function pause_;
    std::minstd_rand random_{std::random_device{}()};
};

// Puts a streamed body back to its start, where there is one.
bool can_repeat(const http::request& request) {
    const auto* body = std::get_if<std::shared_ptr<http::body_source>>(&request.body);
    return !body || (*body)->rewind();
}

bool is_server_error(unsigned status) {
    return status >= 500 && status != 507;  // 507: the account is full
}

bool is_blocked_for_a_moment(const http::response& answer) {
    if (answer.status != 409) return false;
    const auto code = api::parse_error(answer.body).code;
    return code == "operation_blocked_temporary" || code == "name_temporarily_reserved";
}

asio::awaitable<void> retrying_client::tell_health(std::shared_ptr<identity> who, const http_outcome& answer) {
    std::string trouble;
    if (answer.has_error()) {
        if (!is_passing(answer.error().what.code)) co_return;
        trouble = answer.error().what.detail;
    } else if (is_server_error(answer->status)) {
        trouble = "it answered " + std::to_string(answer->status);
    }
    if (!trouble.empty()) {
        co_await runtime::run_on(control_, note_failure(std::move(who), std::move(trouble)));
    } else if (who->pace()->box().is_troubled()) {
        co_await runtime::run_on(control_, note_answer(std::move(who)));
    }
}

void retrying_client::dress(http::request& request, const identity& who) const {
    if (!request.patience) request.patience = settings_.call_timeout;
    if (!who.as_user_id().empty()) request.headers.set("As-User", who.as_user_id());
    if (!settings_.notifications) request.headers.set("Box-Notifications", "off");
}

asio::awaitable<boost::system::result<http::response, call_error>> retrying_client::perform(
    std::shared_ptr<identity> who, call what) {
    if (!trusted_.may_see_token(what.request.url)) {
        co_return call_error(
            failure(errc::internal, "Box named an address for a call that may not see its token: " + what.request.url),
            false);
    }
    const bool repeatable = what.kind == call_kind::read;
    const std::chrono::milliseconds patience = settings_.max_wait;
    dress(what.request, *who);
    bool renewed = false;
    std::chrono::milliseconds waited{0};
    std::optional<failure> limited;  // Box has answered 429
    for (unsigned tries = 1;; ++tries) {
        const auto left = std::max(patience - waited, std::chrono::milliseconds(0));
        auto go = co_await runtime::run_on(control_, enter(who, what.kind == call_kind::upload, left));
        if (go.has_error()) {
            auto why = go.error();
            if (limited && why.code == errc::rate_limited) {
                // Box's own words and request id, and the time that is left now.
                limited->retry_after = why.retry_after;
                why = std::move(*limited);
            }
            co_return call_error(std::move(why), false);
        }
        waited += go->waited;
        http::request request = what.request;
        request.headers.set("Authorization", "Bearer " + go->token);
        auto answer = co_await transport_->exchange(std::move(request));
        co_await tell_health(who, answer);

        std::optional<std::chrono::milliseconds> pause;
        if (answer.has_error()) {
            const auto& error = answer.error();
            const bool nothing_happened = !error.may_have_been_received;
            if (is_passing(error.what.code) && (repeatable || nothing_happened)) {
                pause = retry_policy::back_off(tries, chance());
            }
            if (!pause || !can_repeat(what.request)) {
                co_return call_error(error.what, !repeatable && !nothing_happened);
            }
            log_.debug("box_call_repeated", {{"url", what.request.url}, {"reason", error.what.detail}});
        } else if (answer->status == 401 && !renewed) {
            renewed = true;
            co_await runtime::run_on(control_, forget_token(who, go->token));
            if (!can_repeat(what.request)) co_return std::move(*answer);
            continue;
        } else if (answer->status == 429) {
            auto why = api::to_failure(*answer);
            const auto told = why.retry_after.value_or(std::chrono::seconds(0));
            // Everybody who calls for this user waits with us, in the line that enter() keeps.
            if (told.count() > 0) co_await runtime::run_on(control_, hold(who, told));
            pause = told.count() > 0 ? std::chrono::milliseconds(0)
                                     : retry_policy::rate_limited(why.retry_after, tries, chance(), waited, patience);
            if (!pause || !can_repeat(what.request)) co_return call_error(std::move(why), false);
            log_.info("box_rate_limited", {{"url", what.request.url}, {"seconds", told.count()}});
            limited = std::move(why);
        } else if (is_server_error(answer->status)) {
            const auto why = api::to_failure(*answer);
            if (!repeatable) co_return call_error(why, true);
            pause = retry_policy::rate_limited(why.retry_after, tries, chance(), waited, patience);
            if (!pause || tries >= retry_policy::max_tries) co_return call_error(why, false);
            log_.debug("box_call_repeated", {{"url", what.request.url}, {"status", answer->status}});
        } else if (is_blocked_for_a_moment(*answer)) {
            pause = retry_policy::blocked(tries, chance(), waited, patience);
            if (!pause || !can_repeat(what.request)) co_return std::move(*answer);
            log_.debug("box_call_blocked", {{"url", what.request.url}, {"wait_ms", pause->count()}});
        } else {
            co_return std::move(*answer);
        }
        waited += *pause;
        if (pause->count() > 0) {
            co_await pause_(*pause);
            settings_.counts->waited("box_retry", *pause);
        }
    }
}

}  // namespace

std::unique_ptr<client> make_client(std::unique_ptr<http::transport> transport, asio::any_io_executor control,
                                    options settings, const runtime::log& log, pause_function pause) {
    return std::make_unique<retrying_client>(std::move(transport), std::move(control), std::move(settings), log,
                                             std::move(pause));
}

}  // namespace boxgate::box
