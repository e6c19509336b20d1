#pragma once

#include "box/range_stream.hpp"
#include "protocol/storage/block.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <memory>
#include <optional>

namespace boxgate::box {

/// A range that is fetched before its turn: its blocks wait here until those before it were delivered. As long as it is
/// not its turn it takes only memory that nobody else needs, and pauses without.
class range_fetch : public std::enable_shared_from_this<range_fetch> {
public:
    range_fetch(std::shared_ptr<download_context> of, std::uint64_t begin, std::uint64_t end);

    void start();
    /// Ends it; nothing is delivered any more. Must be called before the last owner lets go.
    void stop();

    /// Its turn has come: now it waits for memory like any other transfer, and runs no further ahead than a little.
    void deliver();

    /// The next block, waiting for it; empty at the end. Only after deliver(), by one caller at a time.
    boost::asio::awaitable<storage::result<storage::block>> next();

    std::uint64_t begin() const { return begin_; }

    /// Whether a range ahead of its turn may take memory: while half of it is free.
    static bool has_memory(const storage::block_pool& blocks) {
        return blocks.blocks_in_use() < blocks.blocks_total() / 2;
    }

private:
    boost::asio::awaitable<void> run(std::shared_ptr<range_fetch> self);
    boost::asio::awaitable<storage::result<storage::block>> take_memory();

    std::shared_ptr<download_context> of_;
    std::uint64_t begin_;
    range_stream stream_;
    std::deque<storage::block> ready_;
    std::optional<storage::failure> failed_;
    bool in_turn_ = false;
    bool stopped_ = false;
    bool ended_ = false;
    boost::asio::steady_timer arrived_;  // next() waits
    boost::asio::steady_timer room_;     // run() waits
    boost::asio::cancellation_signal stop_;
};

}  // namespace boxgate::box
