#include "box/client.hpp"

#include "box/api/errors.hpp"
#include "box/identity.hpp"
#include "box/retry_policy.hpp"
#include "box/trusted_hosts.hpp"
#include "conf/runtime/offload.hpp"

#include <boost/throw_exception.hpp>

#include <random>

namespace boxgate::box {

namespace asio = boost::asio;
using boost::system::result;
using storage::errc;
using storage::failure;

void throw_exception_from_error(const call_error& error, const boost::source_location& where) {
    boost::throw_exception(storage::failure_error(error.what), where);
}

namespace {

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

    asio::awaitable<result<http::response, call_error>> perform(std::shared_ptr<identity> who, call what) override;

    asio::awaitable<result<http::response, http::transport_error>> fetch(http::request what) override {
        if (!what.patience) what.patience = settings_.call_timeout;
        if (!trusted_.may_be_fetched(what.url)) {
            co_return http::transport_error(failure(errc::unavailable, "Box named an address that is not https"),
                                            false);
        }
        co_return co_await transport_->exchange(std::move(what));
    }

private:
    // The provider is held for as long as control is asked: an asker that leaves may be the last one.
    static asio::awaitable<storage::result<std::string>> ask_for_token(std::shared_ptr<token_provider> tokens) {
        co_return co_await tokens->token();
    }
    static asio::awaitable<void> forget_token(std::shared_ptr<token_provider> tokens, std::string used) {
        tokens->invalidate(used);
        co_return;
    }
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

asio::awaitable<result<http::response, call_error>> retrying_client::perform(std::shared_ptr<identity> who, call what) {
    if (!trusted_.may_see_token(what.request.url)) {
        co_return call_error(
            failure(errc::internal, "Box named an address for a call that may not see its token: " + what.request.url),
            false);
    }
    const bool repeatable = what.kind == call_kind::read;
    if (!what.request.patience) what.request.patience = settings_.call_timeout;
    if (!who->as_user_id().empty()) what.request.headers.set("As-User", who->as_user_id());
    bool renewed = false;
    std::chrono::milliseconds waited{0};
    for (unsigned tries = 1;; ++tries) {
        const auto token = co_await runtime::run_on(control_, ask_for_token(who->tokens()));
        if (token.has_error()) co_return call_error(token.error(), false);
        http::request request = what.request;
        request.headers.set("Authorization", "Bearer " + *token);
        auto answer = co_await transport_->exchange(std::move(request));

        std::optional<std::chrono::milliseconds> pause;
        if (answer.has_error()) {
            const auto& error = answer.error();
            const bool nothing_happened = !error.may_have_been_received;
            const bool passing = error.what.code == errc::unavailable || error.what.code == errc::timeout;
            if (passing && (repeatable || nothing_happened)) pause = retry_policy::back_off(tries, chance());
            if (!pause || !can_repeat(what.request)) {
                co_return call_error(error.what, !repeatable && !nothing_happened);
            }
            log_.debug("box_call_repeated", {{"url", what.request.url}, {"reason", error.what.detail}});
        } else if (answer->status == 401 && !renewed) {
            renewed = true;
            co_await runtime::run_on(control_, forget_token(who->tokens(), *token));
            if (!can_repeat(what.request)) co_return std::move(*answer);
            continue;
        } else if (answer->status == 429) {
            auto why = api::to_failure(*answer);
            pause = retry_policy::rate_limited(why.retry_after, tries, chance(), waited, settings_.max_wait);
            if (!pause || !can_repeat(what.request)) {
                if (why.retry_after) {
                    why.detail += "; try again in " + std::to_string(why.retry_after->count()) + " s";
                }
                co_return call_error(std::move(why), false);
            }
            log_.info("box_rate_limited", {{"url", what.request.url}, {"wait_ms", pause->count()}});
        } else if (answer->status >= 500 && answer->status != 507) {
            const auto why = api::to_failure(*answer);
            if (!repeatable) co_return call_error(why, true);
            pause = retry_policy::rate_limited(why.retry_after, tries, chance(), waited, settings_.max_wait);
            if (!pause || tries >= retry_policy::max_tries) co_return call_error(why, false);
            log_.debug("box_call_repeated", {{"url", what.request.url}, {"status", answer->status}});
        } else {
            co_return std::move(*answer);
        }
        waited += *pause;
        co_await pause_(*pause);
    }
}

}  // namespace

std::unique_ptr<client> make_client(std::unique_ptr<http::transport> transport, asio::any_io_executor control,
                                    options settings, const runtime::log& log, pause_function pause) {
    return std::make_unique<retrying_client>(std::move(transport), std::move(control), std::move(settings), log,
                                             std::move(pause));
}

}  // namespace boxgate::box
