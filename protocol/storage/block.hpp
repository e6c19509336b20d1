#pragma once

#include "conf/runtime/telemetry.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace boxgate::storage {

class block_pool;

namespace detail {

struct block_storage {
    explicit block_storage(std::size_t bytes) : data(std::make_unique_for_overwrite<std::byte[]>(bytes)) {}

    std::unique_ptr<std::byte[]> data;
    std::atomic<int> references = 0;
    std::shared_ptr<block_pool> home;  // set while the block is lent out
};

void intrusive_ptr_add_ref(block_storage* storage) noexcept;
void intrusive_ptr_release(block_storage* storage) noexcept;

}  // namespace detail

/// A piece of transfer memory: a lease on the process's memory budget, given back when the last copy goes. Copies share
/// the bytes and differ in which part of them they show. One owner fills it, then it is only read.
class block {
public:
    static constexpr std::size_t capacity = 256 * 1024;

    block() = default;  ///< empty, holds no memory

    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    std::span<const std::byte> bytes() const;

    /// The memory behind what is filled so far: write there, then grow(n). Only while there is a single copy.
    std::span<std::byte> room();
    void grow(std::size_t n);

    void remove_prefix(std::size_t n);
    /// The same bytes from `offset` on, at most `n` of them.
    block part(std::size_t offset, std::size_t n) const;

    explicit operator bool() const { return storage_ != nullptr; }

private:
    friend class block_pool;
    explicit block(detail::block_storage* storage) : storage_(storage) {}

    boost::intrusive_ptr<detail::block_storage> storage_;
    std::size_t begin_ = 0;
    std::size_t size_ = 0;
};

/// The one budget for transfer memory. Any thread may acquire and give back. A waiter that finds the budget spent waits
/// in line; that is how back-pressure starts.
///
/// An eighth of it is kept for what sends stored bytes on: were all of it held by those who wait until something has
/// been sent, nothing could be.
class block_pool : public std::enable_shared_from_this<block_pool> {
public:
    /// `budget_bytes` is rounded down to whole blocks, at least 4. `counts`, told of waits, outlives the pool.
    static std::shared_ptr<block_pool> create(std::size_t budget_bytes,
                                              runtime::telemetry& counts = runtime::telemetry::none());
    ~block_pool();

    enum class purpose {
        transfer,
        sending,  ///< given back whatever becomes of the others; served first, and from the reserve too
    };

    /// An empty block with room for block::capacity bytes; nullopt once `patience` has passed without one. Cancellation
    /// leaves the line and throws operation_aborted.
    boost::asio::awaitable<std::optional<block>> acquire(std::chrono::steady_clock::duration patience,
                                                         purpose what_for = purpose::transfer);
    /// The same without waiting.
    std::optional<block> try_acquire();

    /// Whether a transfer would have to wait.
    bool is_spent() const;
    std::size_t blocks_in_use() const;
    std::size_t blocks_total() const { return total_; }

private:
    struct waiter;
    friend void detail::intrusive_ptr_release(detail::block_storage*) noexcept;

    using line = std::deque<std::shared_ptr<waiter>>;

    block_pool(std::size_t blocks, runtime::telemetry& counts)
        : total_(blocks), for_transfers_(blocks - blocks / 8), counts_(counts) {}
    void give_back(detail::block_storage* storage) noexcept;
    std::optional<block> take_locked(purpose what_for);
    line& line_of(purpose what_for) { return what_for == purpose::sending ? senders_ : transfers_; }

    const std::size_t total_;
    const std::size_t for_transfers_;
    runtime::telemetry& counts_;
    mutable std::mutex mutex_;
    std::size_t in_use_ = 0;
    std::vector<std::unique_ptr<detail::block_storage>> free_;
    line senders_;
    line transfers_;
};

}  // namespace boxgate::storage
