#include "box/reader.hpp"

#include "box/api/errors.hpp"
#include "box/retry_policy.hpp"
#include "box/tree.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

// Box: a download address lives for 15 minutes.
constexpr std::chrono::minutes url_lifetime{10};
constexpr unsigned most_waits = 20;

}  // namespace

reader::reader(std::shared_ptr<worker_context> with, std::shared_ptr<identity> who, api::item file)
    : with_(std::move(with)),
      who_(std::move(who)),
      file_(std::move(file)),
      size_(file_.size.value_or(0)),
      info_(to_entry(file_)) {}

asio::awaitable<result<void>> reader::prepare() {
    if (size_ == 0) co_return result<void>();
    for (unsigned waits = 0;; ++waits) {
        const auto answer = co_await with_->calls->perform(who_, with_->endpoints.download(file_.id, file_.version_id));
        if (answer.has_error()) co_return answer.error().what;
        if (answer->status == 302 || answer->status == 301 || answer->status == 307) {
            url_ = std::string(answer->headers["Location"]);
            url_since_ = std::chrono::steady_clock::now();
            // The content, and the right to it that the address is, must not travel in the clear.
            const bool clear_allowed = with_->settings.api_url.starts_with("http://");
            if (!url_.starts_with("https://") && !(clear_allowed && url_.starts_with("http://"))) {
                co_return failure(errc::unavailable, "Box redirected the download to an address that is not https");
            }
            co_return result<void>();
        }
        if (answer->status != 202 || waits >= most_waits) {
            if (answer->status < 400) {
                co_return failure(errc::unavailable, "Box is not ready to give the content of the file yet");
            }
            co_return api::to_failure(*answer);
        }
        // Just uploaded: Box asks for a moment.
        asio::steady_timer timer(with_->executor, api::retry_after(*answer).value_or(std::chrono::seconds(1)));
        co_await timer.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<result<void>> reader::open_stream(std::uint64_t offset) {
    stream_.reset();
    for (bool renewed = false;; renewed = true) {
        if (url_.empty() || renewed || std::chrono::steady_clock::now() - url_since_ > url_lifetime) {
            auto prepared = co_await prepare();
            if (prepared.has_error()) co_return prepared;
            renewed = true;
        }
        http::request request(http::method::get, url_);
        request.stream_response = true;
        if (offset > 0) {
            request.headers.set("Range", "bytes=" + std::to_string(offset) + "-" + std::to_string(size_ - 1));
        }
        auto answer = co_await with_->calls->fetch(std::move(request));
        if (answer.has_error()) co_return answer.error().what;
        const unsigned expected = offset > 0 ? 206 : 200;
        if (answer->status == expected || (offset == 0 && answer->status == 206)) {
            stream_ = std::move(answer->stream);
            stream_at_ = offset;
            co_return result<void>();
        }
        auto why = failure(errc::unavailable, "Box's download host answered " + std::to_string(answer->status));
        if (answer->status < 400 || answer->status >= 500 || renewed) co_return why;
    }
}

asio::awaitable<result<storage::block>> reader::read(std::uint64_t offset, std::size_t max) {
    if (offset >= size_ || max == 0) co_return storage::block();
    auto granted = co_await with_->blocks->acquire(block_patience);
    if (!granted) co_return failure(errc::busy, "no transfer memory became free (limits.transfer_memory)");
    auto block = std::move(*granted);
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>({size_ - offset, max, storage::block::capacity}));
    if (auto filled = co_await fill(block, offset, wanted); filled.has_error()) co_return filled.error();

    if (offset == hashed_) {
        hash_.update(block.bytes());
        hashed_ += block.size();
        if (hashed_ == size_ && !file_.sha1.empty() && to_hex(hash_.finish()) != file_.sha1) {
            co_return failure(errc::changed, "what came from Box does not have the SHA-1 that Box states for the file");
        }
    }
    co_return block;
}

asio::awaitable<result<void>> reader::fill(storage::block& into, std::uint64_t offset, std::size_t wanted) {
    for (unsigned tries = 1; into.size() < wanted;) {
        failure why;
        if (!stream_ || stream_at_ != offset + into.size()) {
            auto opened = co_await open_stream(offset + into.size());
            if (opened.has_error()) why = opened.error();
        }
        if (stream_) {
            const auto n = co_await stream_->read_some(into.room().first(wanted - into.size()));
            if (n.has_value() && *n > 0) {
                into.grow(*n);
                stream_at_ += *n;
                continue;
            }
            why = n.has_error() ? n.error() : failure(errc::unavailable, "Box's answer ended before the file did");
            stream_.reset();
        }
        const bool passing = why.code == errc::unavailable || why.code == errc::timeout;
        const auto pause = retry_policy::back_off(tries++, 0.5);
        if (!passing || !pause) co_return why;
        with_->log.info("download_resumed",
                        {{"path", info_.name}, {"offset", offset + into.size()}, {"reason", why.detail}});
        asio::steady_timer timer(with_->executor, *pause);
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_return result<void>();
}

}  // namespace boxgate::box
