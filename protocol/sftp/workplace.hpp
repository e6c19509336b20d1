#pragma once

#include "conf/runtime/log.hpp"
#include "protocol/sftp/options.hpp"
#include "protocol/sftp/output.hpp"
#include "protocol/sftp/task_group.hpp"
#include "protocol/storage/block.hpp"
#include "protocol/storage/call_context.hpp"
#include "protocol/storage/filesystem.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace boxgate::sftp {

/// What the requests of one session share. Coroutines hold it, so it outlives the session by as long as they need to
/// leave.
struct workplace : std::enable_shared_from_this<workplace> {
    workplace(boost::asio::any_io_executor session_executor, std::unique_ptr<storage::filesystem> tree,
              std::shared_ptr<storage::block_pool> pool, options session_options, storage::call_context who,
              const runtime::log& session_log, std::function<void()> wake_up);

    /// A block to fill, or nullopt if there is none now: then one is waited for, and wake() follows. `patience_lost` is
    /// set instead where the wait ended without one.
    std::optional<storage::block> take_block(bool& patience_lost);

    /// Waits until `bytes` more may be sent.
    boost::asio::awaitable<void> keep_download_pace(std::size_t bytes);

    /// Less is not worth a timer: it adds to the next pause, since nothing is forgotten of what was moved.
    static constexpr std::chrono::milliseconds shortest_pause{5};

    boost::asio::any_io_executor executor;
    std::unique_ptr<storage::filesystem> files;
    std::shared_ptr<storage::block_pool> blocks;
    options limits;
    storage::call_context context;
    const runtime::log& log;
    std::function<void()> wake;  ///< the connection should look: output, or room for input, or the end
    output replies;
    task_group tasks;

    bool alive = true;              ///< false once the client has gone
    bool broken = false;            ///< a bug was met: the session must end
    std::size_t requests = 0;       ///< waiting or being served
    std::size_t request_bytes = 0;  ///< what those take
    std::size_t upload_blocks = 0;  ///< held by what is being written
    std::size_t windows = 0;        ///< blocks kept by open downloads for the next READ

private:
    boost::asio::awaitable<void> wait_for_block(std::shared_ptr<workplace> self);

    std::optional<storage::block> spare_;
    bool waiting_ = false;
    bool patience_lost_ = false;
};

/// Counts a request of `weight` bytes as under way for as long as it exists.
class ticket {
public:
    ticket(std::shared_ptr<workplace> where, std::size_t weight) : where_(std::move(where)), weight_(weight) {
        ++where_->requests;
        where_->request_bytes += weight_;
    }
    ticket(ticket&& other) noexcept = default;
    ticket& operator=(ticket&& other) noexcept {
        std::swap(where_, other.where_);
        std::swap(weight_, other.weight_);
        return *this;
    }
    ~ticket() {
        if (!where_) return;
        --where_->requests;
        where_->request_bytes -= weight_;
        if (where_->alive) where_->wake();
    }

private:
    std::shared_ptr<workplace> where_;
    std::size_t weight_;
};

}  // namespace boxgate::sftp
