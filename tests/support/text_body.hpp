#pragma once

#include "box/http/message.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace boxgate::testing {

/// A request body of given pieces. It announces their length unless told otherwise, and fails in the end if told so.
class text_body final : public box::http::body_source {
public:
    explicit text_body(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {
        for (const auto& piece : pieces_) length_ += piece.size();
    }

    void announce(std::uint64_t length) { length_ = length; }
    void fail_at_end(storage::failure why) { failure_ = std::move(why); }
    /// What comes behind the pieces takes so long.
    void end_after(std::chrono::milliseconds length) { end_after_ = length; }
    void refuse_rewind() { rewindable_ = false; }
    unsigned rewinds() const { return rewinds_; }

    std::uint64_t length() const override { return length_; }
    boost::asio::awaitable<storage::result<std::span<const std::byte>>> next() override {
        if (at_ < pieces_.size()) {
            const auto& piece = pieces_[at_++];
            co_return std::as_bytes(std::span(piece.data(), piece.size()));
        }
        boost::asio::steady_timer pause(co_await boost::asio::this_coro::executor, end_after_);
        if (end_after_.count() > 0) co_await pause.async_wait(boost::asio::use_awaitable);
        if (failure_) co_return *failure_;
        co_return std::span<const std::byte>();
    }
    bool rewind() override {
        ++rewinds_;
        at_ = 0;
        return rewindable_;
    }

private:
    std::vector<std::string> pieces_;
    std::size_t at_ = 0;
    std::uint64_t length_ = 0;
    std::optional<storage::failure> failure_;
    std::chrono::milliseconds end_after_{0};
    bool rewindable_ = true;
    unsigned rewinds_ = 0;
};

}  // namespace boxgate::testing
