#include "box/token_provider.hpp"

#include "box/api/errors.hpp"
#include "box/api/json.hpp"
#include "box/retry_policy.hpp"

#include <boost/json/value.hpp>

#include <ctime>

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;

namespace {

// RFC 9110 section 5.6.7, the form every server sends: Sun, 06 Nov 1994 08:49:37 GMT.
std::optional<std::chrono::system_clock::time_point> parse_http_date(std::string_view text) {
    std::tm fields{};
    const std::string copy(text);
    if (!strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &fields)) return std::nullopt;
    return std::chrono::system_clock::from_time_t(timegm(&fields));
}

std::string advice(const api::error_body& error, const conf::box_app& app) {
    const auto says = [&](std::string_view words) { return error.message.find(words) != std::string::npos; };
    if (says("Cannot obtain user token") || says("box_subject_type")) {
        return ": switch on \"Generate user access tokens\" and App + Enterprise Access for the app, and have the Box "
               "admin authorise it again";
    }
    if (says("Grant credentials are invalid")) {
        return ": check client_secret and enterprise_id, choose \"Client Credentials Grant\" in the app's "
               "configuration "
               "(for a user's token also \"Generate user access tokens\"), and have the Box admin authorise it again";
    }
    if (error.code == "unauthorized_client" && !app.has_key()) {
        return ": have the Box admin authorise the app (again) under Apps > Custom Apps Manager, and choose Client "
               "Credentials Grant in its configuration";
    }
    if (error.code == "unauthorized_client") {
        return ": have the Box admin authorise the app (again) under Apps > Custom Apps Manager, and choose JWT in its "
               "configuration";
    }
    if (error.code == "invalid_client") return ": check client_id and client_secret";
    if (says("'sub'")) return ": enterprise_id is not the enterprise that the app belongs to";
    if (says("'kid'") || says("signature")) return ": public_key_id and private_key do not belong together";
    if (says("'exp'")) return ": the clock of this machine is wrong";
    return ": check the app's credentials and its authorisation by the Box admin";
}

}  // namespace

token_provider::token_provider(std::shared_ptr<const conf::box_app> app, std::string api_url,
                               http::transport& transport, const runtime::clock& time, const runtime::log& log,
                               pause_function pause, token_subject whom)
    : app_(std::move(app)),
      url_(api_url + "/oauth2/token"),
      transport_(transport),
      time_(time),
      log_(log),
      pause_(std::move(pause)),
      whom_(std::move(whom)) {}

asio::awaitable<storage::result<std::string>> token_provider::token() {
    const auto self = shared_from_this();
    const std::function<asio::awaitable<outcome>()> start = [self] { return self->fetch(); };
    const auto now = time_.now();
    if (!grant_ || now >= grant_->expires) co_return co_await flight_.join(0, start);
    // Renewal is early and nobody waits for it, so that a while without Box's sign-in is not noticed.
    if (now >= grant_->renew_at) {
        grant_->renew_at = now + std::chrono::seconds(20);
        auto token = grant_->token;
        co_await flight_.launch(0, start);
        co_return token;
    }
    co_return grant_->token;
}

void token_provider::invalidate(const std::string& used) {
    if (grant_ && grant_->token == used) grant_.reset();
}

void token_provider::learn_clock(const http::response& answer) {
    const auto box_time = parse_http_date(answer.headers["Date"]);
    if (!box_time) return;
    clock_offset_ = std::chrono::duration_cast<std::chrono::seconds>(*box_time - time_.now());
    if (std::chrono::abs(clock_offset_) < std::chrono::seconds(5)) return;
    log_.warning("clock_differs",
                 {{"seconds", clock_offset_.count()},
                  {"advice", "this machine's clock differs from Box's; tokens are signed with Box's"}});
}

storage::result<std::string> token_provider::request_form() {
    if (!app_->has_key()) return client_credentials_form(*app_, whom_);
    if (!signer_) {
        auto made = jwt_signer::create(*app_);
        if (made.has_error()) return made.error();
        signer_.emplace(std::move(*made));
    }
    return token_request_form(*app_, signer_->assertion(time_.now() + clock_offset_, random_token(32), whom_));
}

asio::awaitable<token_provider::outcome> token_provider::fetch() {
    std::chrono::milliseconds waited{0};
    for (unsigned tries = 1;; ++tries) {
        http::request request(http::method::post, url_);
        request.headers.set("Content-Type", "application/x-www-form-urlencoded");
        request.patience = std::chrono::seconds(30);
        auto form = request_form();
        if (form.has_error()) co_return form.error();
        request.body = std::move(*form);
        const auto answer = co_await transport_.exchange(std::move(request));

        failure why;
        std::optional<std::chrono::milliseconds> pause;
        if (answer.has_error()) {
            why = answer.error().what;
            pause = retry_policy::back_off(tries, 0.5);
        } else if (answer->status == 200) {
            co_return accept(*answer);
        } else if (answer->status == 429 || answer->status >= 500) {
            why = api::to_failure(*answer);
            pause = retry_policy::rate_limited(why.retry_after, tries, 0.5, waited, std::chrono::seconds(15));
        } else {
            const auto error = api::parse_error(answer->body);
            why = failure(errc::denied, "Box refuses to sign in the app " + app_->client_id + ": " +
                                            (error.code.empty() ? "status " + std::to_string(answer->status)
                                                                : error.code + ", " + error.message) +
                                            advice(error, *app_));
            const bool about_time =
                error.message.find("exp") != std::string::npos || error.message.find("jti") != std::string::npos;
            if (about_time) {
                learn_clock(*answer);
                pause = retry_policy::back_off(tries, 0);
            }
        }
        if (!pause || tries >= retry_policy::max_tries) co_return why;
        waited += *pause;
        co_await pause_(*pause);
    }
}

token_provider::outcome token_provider::accept(const http::response& answer) {
    const auto value = api::parse_json(answer.body);
    const auto* object = value ? value->if_object() : nullptr;
    const auto* token = object ? object->if_contains("access_token") : nullptr;
    const auto* lifetime = object ? object->if_contains("expires_in") : nullptr;
    if (!token || !token->is_string()) return failure(errc::unavailable, "Box's answer holds no access token");
    std::chrono::seconds valid{3600};
    if (lifetime && lifetime->is_int64()) valid = std::chrono::seconds(std::max<std::int64_t>(1, lifetime->as_int64()));
    // Renewed before Box stops taking it; a short-lived token is still used for most of its life.
    const auto margin = std::min<std::chrono::seconds>(std::chrono::minutes(3), valid / 5);
    grant_ = grant{std::string(token->as_string()), time_.now() + valid - margin, time_.now() + valid};
    return grant_->token;
}

}  // namespace boxgate::box
