#include "box/range_fetch.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace boxgate::box {

namespace asio = boost::asio;
using storage::block;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

constexpr auto for_ever = asio::steady_timer::time_point::max();
constexpr std::size_t ahead_in_turn = 2;                  // blocks
constexpr std::chrono::milliseconds look_for_memory{20};  // what others give back is not announced here

}  // namespace

range_fetch::range_fetch(std::shared_ptr<download_context> of, std::uint64_t begin, std::uint64_t end)
    : of_(std::move(of)),
      begin_(begin),
      stream_(of_, begin, end),
      arrived_(of_->with->executor, for_ever),
      room_(of_->with->executor, for_ever) {}

void range_fetch::start() {
    // The coroutine touches its cancellation signal once more behind this handler: that stays a little longer.
    auto at_end = [self = shared_from_this()](std::exception_ptr) { asio::post(self->of_->with->executor, [self] {}); };
    asio::co_spawn(of_->with->executor, run(shared_from_this()),
                   asio::bind_cancellation_slot(stop_.slot(), std::move(at_end)));
}

void range_fetch::stop() {
    stopped_ = true;
    ready_.clear();
    if (ended_) return;
    // Asio carries the cancellation out later, through a pointer into the signal: that has to be there still.
    stop_.emit(asio::cancellation_type::all);
    asio::post(of_->with->executor, [self = shared_from_this()] {});
}

void range_fetch::deliver() {
    in_turn_ = true;
    room_.cancel();
}

asio::awaitable<void> range_fetch::run(std::shared_ptr<range_fetch>) {
    try {
        while (!stopped_ && !stream_.at_end()) {
            auto memory = co_await take_memory();
            if (memory.has_error()) {
                failed_ = memory.error();
                break;
            }
            const auto left = stream_.end() - stream_.position();
            auto filled = co_await stream_.fill(
                *memory, static_cast<std::size_t>(std::min<std::uint64_t>(left, block::capacity)));
            if (stopped_) break;
            if (!memory->empty()) ready_.push_back(std::move(*memory));
            if (filled.has_error()) {
                failed_ = filled.error();
                break;
            }
            arrived_.cancel();
        }
    } catch (const boost::system::system_error&) {
        // Stopped, or the process ends.
    }
    ended_ = true;
    arrived_.cancel();
}

asio::awaitable<result<block>> range_fetch::take_memory() {
    auto& blocks = *of_->with->blocks;
    while (true) {
        if (in_turn_ && ready_.size() < ahead_in_turn) {
            auto granted = co_await blocks.acquire(block_patience);
            if (granted) co_return std::move(*granted);
            co_return failure(errc::busy, "no transfer memory became free (limits.transfer_memory)");
        }
        if (!in_turn_ && has_memory(blocks)) {
            if (auto granted = blocks.try_acquire()) co_return std::move(*granted);
        }
        if (in_turn_) {
            room_.expires_at(for_ever);
        } else {
            room_.expires_after(look_for_memory);
        }
        co_await room_.async_wait(asio::as_tuple(asio::use_awaitable));
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            throw boost::system::system_error(asio::error::operation_aborted);
        }
    }
}

asio::awaitable<result<block>> range_fetch::next() {
    while (ready_.empty()) {
        if (failed_) co_return *failed_;
        if (ended_) co_return block();
        const auto [error] = co_await arrived_.async_wait(asio::as_tuple(asio::use_awaitable));
        // Woken by cancel() either way; only the reader's own cancellation is told apart by its state.
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) throw boost::system::system_error(error);
    }
    auto first = std::move(ready_.front());
    ready_.pop_front();
    room_.cancel();
    co_return first;
}

}  // namespace boxgate::box
