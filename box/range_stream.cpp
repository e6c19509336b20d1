#include "box/range_stream.hpp"

#include "box/api/errors.hpp"
#include "box/retry_policy.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

asio::awaitable<void> leave_if_cancelled() {
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error(asio::error::operation_aborted);
    }
}

std::string range_header(std::uint64_t begin, std::uint64_t end) {
    return std::to_string(begin) + "-" + std::to_string(end - 1);
}

}  // namespace

asio::awaitable<result<void>> range_stream::open() {
    stream_.reset();
    const bool whole = position_ == 0 && end_ == of_->size;
    for (bool renewed = false;; renewed = true) {
        const auto url = co_await of_->address.get();
        if (url.has_error()) co_return url.error();
        http::request request(http::method::get, *url);
        request.stream_response = true;
        if (!whole) request.headers.set("Range", "bytes=" + range_header(position_, end_));
        auto answer = co_await of_->with->calls->fetch(std::move(request));
        if (answer.has_error()) co_return answer.error().what;
        if (answer->status == 206 || (whole && answer->status == 200)) {
            const auto content_range = answer->headers["Content-Range"];
            if (!content_range.empty() && !content_range.starts_with("bytes " + std::to_string(position_) + "-")) {
                co_return failure(errc::unavailable, "Box's download host sent another range than was asked for");
            }
            stream_ = std::move(answer->stream);
            co_return result<void>();
        }
        failure why(errc::unavailable, "Box's download host answered " + std::to_string(answer->status));
        why.retry_after = api::retry_after(*answer);
        of_->address.spoil(*url);
        // An address that has expired is refused; a new one is refused for good.
        if (answer->status < 400 || answer->status >= 500 || answer->status == 429 || renewed) co_return why;
    }
}

asio::awaitable<result<void>> range_stream::fill(storage::block& into, std::size_t wanted) {
    for (unsigned tries = 1; into.size() < wanted && !at_end();) {
        failure why;
        if (!stream_) {
            auto opened = co_await open();
            if (opened.has_error()) why = opened.error();
        }
        if (stream_) {
            const auto left = static_cast<std::size_t>(std::min<std::uint64_t>(wanted - into.size(), end_ - position_));
            const auto n = co_await stream_->read_some(into.room().first(left));
            if (n.has_value() && *n > 0) {
                into.grow(*n);
                position_ += *n;
                of_->received += *n;
                tries = 1;
                // At the end of the answer its connection is free for the next request.
                if (at_end()) stream_.reset();
                continue;
            }
            why = n.has_error() ? n.error() : failure(errc::unavailable, "Box's answer ended before the file did");
            stream_.reset();
        }
        co_await leave_if_cancelled();
        const bool passing = why.code == errc::unavailable || why.code == errc::timeout;
        auto pause = retry_policy::back_off(tries++, 0.5);
        if (!passing || !pause) co_return why;
        if (why.retry_after) pause = std::max<std::chrono::milliseconds>(*pause, *why.retry_after);
        if (*pause > of_->with->settings.max_wait) co_return why;
        of_->with->log.info("download_resumed", {{"path", of_->name}, {"offset", position_}, {"reason", why.detail}});
        asio::steady_timer timer(of_->with->executor, *pause);
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_return result<void>();
}

}  // namespace boxgate::box
