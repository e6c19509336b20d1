#include "box/early_upload.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;

namespace {

// What another try at the end may not meet any more.
bool may_pass_later(const failure& why) {
    return why.code == errc::unavailable || why.code == errc::timeout || why.code == errc::rate_limited ||
           why.code == errc::busy || why.code == errc::internal;
}

}  // namespace

early_upload::early_upload(std::shared_ptr<worker_context> with, std::shared_ptr<upload_destination> to,
                           std::shared_ptr<upload_content> content, storage::announced_size size)
    : with_(std::move(with)),
      to_(std::move(to)),
      content_(std::move(content)),
      size_(size),
      end_of_run_(with_->executor, asio::steady_timer::time_point::max()) {}

void early_upload::start() {
    running_ = true;
    with_->settle.adopt(with_->executor, "open an upload session", run(shared_from_this()));
}

asio::awaitable<void> early_upload::run(std::shared_ptr<early_upload>) {
    try {
        const std::function<bool()> wanted = [this] { return !stopped_ && wanted_(); };
        auto session = co_await to_->open_session(size_.bytes, wanted);
        if (session.has_error()) {
            refused_ = session.error();
            content_->stops_draining();
        } else {
            const auto confirmed =
                size_.binding ? session_upload::confirmed_parts::discard : session_upload::confirmed_parts::keep;
            auto parts = std::make_shared<session_upload>(with_, to_->who(), std::move(*session), content_, size_.bytes,
                                                          confirmed);
            if (!stopped_) {
                parts_ = std::move(parts);
                parts_->start();
            }
        }
    } catch (const std::exception& error) {
        refused_ = failure(errc::internal, error.what());
    }
    running_ = false;
    end_of_run_.cancel();
}

void early_upload::grown() {
    if (parts_) parts_->grown();
}

void early_upload::stop() {
    stopped_ = true;
    if (parts_) parts_->stop();
    parts_.reset();
}

std::optional<failure> early_upload::hopeless() const {
    if (refused_ && !may_pass_later(*refused_)) return refused_;
    if (parts_ && parts_->failed() && !(parts_->is_lost() && content_->is_whole())) return parts_->failed();
    return std::nullopt;
}

asio::awaitable<std::optional<failure>> early_upload::opened() {
    while (running_) co_await end_of_run_.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return refused_;
}

asio::awaitable<std::shared_ptr<session_upload>> early_upload::take(std::function<bool()> still_wanted) {
    wanted_ = std::move(still_wanted);
    co_await opened();
    co_return std::exchange(parts_, nullptr);
}

}  // namespace boxgate::box
