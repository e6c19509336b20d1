#include "box/content_address.hpp"

#include "box/api/errors.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

// Box: a download address lives for 15 minutes.
constexpr std::chrono::minutes lifetime{10};

}  // namespace

content_address::content_address(std::shared_ptr<worker_context> with, std::shared_ptr<identity> who,
                                 std::string file_id, std::string version_id)
    : with_(std::move(with)),
      who_(std::move(who)),
      file_id_(std::move(file_id)),
      version_id_(std::move(version_id)),
      asked_(with_->executor, asio::steady_timer::time_point::max()) {}

void content_address::spoil(const std::string& refused) {
    if (url_ == refused) url_.clear();
}

asio::awaitable<result<std::string>> content_address::get() {
    while (asking_) co_await asked_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!url_.empty() && std::chrono::steady_clock::now() - since_ < lifetime) co_return url_;
    // Whoever leaves in the middle must not keep the others waiting.
    struct turn {
        explicit turn(content_address& whose) : of(whose) { of.asking_ = true; }
        ~turn() {
            of.asking_ = false;
            of.asked_.cancel();
        }
        turn(const turn&) = delete;
        turn& operator=(const turn&) = delete;
        content_address& of;
    };
    const turn mine(*this);
    auto found = co_await ask();
    if (found.has_error()) co_return found.error();
    url_ = std::move(*found);
    since_ = std::chrono::steady_clock::now();
    co_return url_;
}

asio::awaitable<result<std::string>> content_address::ask() {
    std::chrono::milliseconds waited{0};
    while (true) {
        const auto answer = co_await with_->calls->perform(who_, with_->endpoints.download(file_id_, version_id_));
        if (answer.has_error()) co_return answer.error().what;
        if (answer->status == 302 || answer->status == 301 || answer->status == 307) {
            std::string url(answer->headers["Location"]);
            // The content, and the right to it that the address is, must not travel in the clear.
            const bool clear_allowed = with_->settings.api_url.starts_with("http://");
            if (!url.starts_with("https://") && !(clear_allowed && url.starts_with("http://"))) {
                co_return failure(errc::unavailable, "Box redirected the download to an address that is not https");
            }
            co_return url;
        }
        if (answer->status >= 400) co_return api::to_failure(*answer);
        // Just uploaded: Box asks for a moment.
        const auto told = api::retry_after(*answer).value_or(std::chrono::seconds(1));
        const auto pause = std::max(told, std::chrono::seconds(1));
        if (answer->status != 202 || waited + pause > with_->settings.max_wait) {
            failure not_yet(errc::unavailable, "Box is not ready to give the content of the file yet");
            not_yet.retry_after = pause;
            co_return not_yet;
        }
        waited += pause;
        asio::steady_timer timer(with_->executor, pause);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

}  // namespace boxgate::box
