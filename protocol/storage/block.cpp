#include "protocol/storage/block.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/assert.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>

namespace boxgate::storage {

namespace asio = boost::asio;

namespace detail {

void intrusive_ptr_add_ref(block_storage* storage) noexcept {
    storage->references.fetch_add(1, std::memory_order_relaxed);
}

void intrusive_ptr_release(block_storage* storage) noexcept {
    if (storage->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    // The pool must outlive the call, and giving the block back ends the block's own hold on it.
    const auto home = std::move(storage->home);
    home->give_back(storage);
}

}  // namespace detail

std::span<const std::byte> block::bytes() const {
    if (!storage_) return {};
    return {storage_->data.get() + begin_, size_};
}

std::span<std::byte> block::room() {
    if (!storage_) return {};
    const auto used = begin_ + size_;
    return {storage_->data.get() + used, capacity - used};
}

void block::grow(std::size_t n) {
    BOOST_ASSERT(begin_ + size_ + n <= capacity);
    size_ += n;
}

void block::remove_prefix(std::size_t n) {
    BOOST_ASSERT(n <= size_);
    begin_ += n;
    size_ -= n;
}

block block::part(std::size_t offset, std::size_t n) const {
    BOOST_ASSERT(offset <= size_);
    block copy = *this;
    copy.begin_ += offset;
    copy.size_ = std::min(n, size_ - offset);
    return copy;
}

// A place in the line. The pool hands a block to it under the pool's lock; the timer is only touched on its own
// executor.
struct block_pool::waiter {
    explicit waiter(const asio::any_io_executor& executor) : timer(executor) {}

    asio::steady_timer timer;
    std::optional<block> granted;
};

std::shared_ptr<block_pool> block_pool::create(std::size_t budget_bytes, runtime::telemetry& counts) {
    const auto blocks = std::max<std::size_t>(4, budget_bytes / block::capacity);
    return std::shared_ptr<block_pool>(new block_pool(blocks, counts));
}

block_pool::~block_pool() = default;

std::optional<block> block_pool::take_locked(purpose what_for) {
    if (in_use_ >= (what_for == purpose::sending ? total_ : for_transfers_)) return std::nullopt;
    std::unique_ptr<detail::block_storage> storage;
    if (free_.empty()) {
        storage = std::make_unique<detail::block_storage>(block::capacity);
    } else {
        storage = std::move(free_.back());
        free_.pop_back();
    }
    storage->home = shared_from_this();
    ++in_use_;
    return block(storage.release());
}

std::optional<block> block_pool::try_acquire() {
    const std::lock_guard lock(mutex_);
    if (!transfers_.empty()) return std::nullopt;
    return take_locked(purpose::transfer);
}

asio::awaitable<std::optional<block>> block_pool::acquire(std::chrono::steady_clock::duration patience,
                                                          purpose what_for) {
    const auto executor = co_await asio::this_coro::executor;
    const auto place = std::make_shared<waiter>(executor);
    {
        const std::lock_guard lock(mutex_);
        if (line_of(what_for).empty()) {
            if (auto taken = take_locked(what_for)) co_return taken;
        }
        place->timer.expires_after(patience);
        line_of(what_for).push_back(place);
    }
    // Also runs when the coroutine is destroyed in its sleep, as at shutdown.
    struct leave_line {
        leave_line(block_pool& of_pool, line& in, std::shared_ptr<waiter> who)
            : pool(of_pool), queue(in), place(std::move(who)) {}
        ~leave_line() {
            const std::lock_guard lock(pool.mutex_);
            std::erase(queue, place);
        }
        block_pool& pool;
        line& queue;
        std::shared_ptr<waiter> place;
    };
    const leave_line at_end(*this, line_of(what_for), place);
    const auto since = std::chrono::steady_clock::now();
    // The grant may come from another thread before the wait begins: the timer's cancel is posted to this executor,
    // which runs it only after this coroutine has suspended.
    const auto [error] = co_await place->timer.async_wait(asio::as_tuple(asio::use_awaitable));
    counts_.waited("transfer_memory", std::chrono::steady_clock::now() - since);
    std::optional<block> granted;
    {
        const std::lock_guard lock(mutex_);
        granted = std::move(place->granted);
    }
    if (!granted && error) throw boost::system::system_error(error);
    co_return granted;
}

void block_pool::give_back(detail::block_storage* storage) noexcept {
    std::shared_ptr<waiter> next;
    {
        const std::lock_guard lock(mutex_);
        free_.emplace_back(storage);
        --in_use_;
        const auto first = senders_.empty() ? purpose::transfer : purpose::sending;
        auto& waiting = line_of(first);
        if (!waiting.empty()) {
            auto granted = take_locked(first);
            if (granted) {
                next = std::move(waiting.front());
                waiting.pop_front();
                next->granted = std::move(granted);
            }
        }
    }
    if (!next) return;
    // The executor is copied out first: `next` moves into the handler that this call hands over.
    const auto executor = next->timer.get_executor();
    asio::post(executor, [next] { next->timer.cancel(); });
}

bool block_pool::is_spent() const {
    const std::lock_guard lock(mutex_);
    return in_use_ >= for_transfers_ || !transfers_.empty();
}

std::size_t block_pool::blocks_in_use() const {
    const std::lock_guard lock(mutex_);
    return in_use_;
}

}  // namespace boxgate::storage
