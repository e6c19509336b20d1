#pragma once

#include "box/http/transport.hpp"
#include "box/jwt_assertion.hpp"
#include "box/single_flight.hpp"
#include "box/waiting.hpp"
#include "conf/runtime/clock.hpp"
#include "conf/runtime/log.hpp"
#include "conf/settings/settings.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace boxgate::box {

/// The access token of one app's service account, or of one user through the app: fetched by JWT, or where the app has
/// no key by client credentials, kept until shortly before it expires, fetched once for all who wait. Belongs to the
/// control thread.
class token_provider : public std::enable_shared_from_this<token_provider> {
public:
    /// `transport`, `time` and `log` outlive the provider.
    token_provider(std::shared_ptr<const conf::box_app> app, std::string api_url, http::transport& transport,
                   const runtime::clock& time, const runtime::log& log, pause_function pause,
                   token_subject whom = token_subject());

    /// errc::denied with Box's own words and what to do, where the configuration is at fault; unavailable or timeout
    /// where Box cannot be reached.
    boost::asio::awaitable<storage::result<std::string>> token();

    /// Whose tokens these are.
    const conf::box_app& app() const { return *app_; }

    /// Box's clock minus this machine's, as far as a refused sign-in has told; 0 before that.
    std::chrono::seconds clock_offset() const { return clock_offset_; }

    /// Box refused `used`: unless it has been renewed meanwhile, the next call fetches a new one.
    void invalidate(const std::string& used);

private:
    struct grant {
        std::string token;
        std::chrono::system_clock::time_point renew_at;
        std::chrono::system_clock::time_point expires;
    };
    using outcome = storage::result<std::string>;

    boost::asio::awaitable<outcome> fetch();
    storage::result<std::string> request_form();
    void learn_clock(const http::response& answer);
    outcome accept(const http::response& answer);

    std::shared_ptr<const conf::box_app> app_;
    std::string url_;
    http::transport& transport_;
    const runtime::clock& time_;
    const runtime::log& log_;
    pause_function pause_;
    token_subject whom_;
    std::optional<jwt_signer> signer_;
    std::optional<grant> grant_;
    std::chrono::seconds clock_offset_{0};  // Box's clock minus ours
    single_flight<int, std::string> flight_;
};

}  // namespace boxgate::box
