#include "protocol/sftp/workplace.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace boxgate::sftp {

namespace asio = boost::asio;

workplace::workplace(asio::any_io_executor session_executor, std::unique_ptr<storage::filesystem> tree,
                     std::shared_ptr<storage::block_pool> pool, options session_options, storage::call_context who,
                     const runtime::log& session_log, std::function<void()> wake_up)
    : executor(session_executor),
      files(std::move(tree)),
      blocks(std::move(pool)),
      limits(std::move(session_options)),
      context(std::move(who)),
      log(session_log),
      wake(std::move(wake_up)),
      replies(session_executor, [this] { wake(); }),
      tasks(session_executor, [this](std::exception_ptr error) {
          broken = true;
          try {
              std::rethrow_exception(error);
          } catch (const std::exception& bug) {
              log.error("sftp_bug", {{"session", context.session}, {"what", bug.what()}});
          } catch (...) {
              log.error("sftp_bug", {{"session", context.session}});
          }
          wake();
      }) {}

std::optional<storage::block> workplace::take_block(bool& patience_lost) {
    if (std::exchange(patience_lost_, false)) {
        patience_lost = true;
        return std::nullopt;
    }
    if (spare_) return std::exchange(spare_, std::nullopt);
    if (waiting_) return std::nullopt;
    if (auto taken = blocks->try_acquire()) return taken;
    waiting_ = true;
    tasks.spawn(wait_for_block(shared_from_this()));
    return std::nullopt;
}

asio::awaitable<void> workplace::keep_download_pace(std::size_t bytes) {
    if (!limits.download_pace) co_return;
    const auto now = runtime::pace::clock::now();
    const auto pause = limits.download_pace->take(bytes, now);
    if (pause < shortest_pause) co_return;
    asio::steady_timer timer(executor, now + pause);
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> workplace::wait_for_block(std::shared_ptr<workplace> self) {
    auto taken = co_await self->blocks->acquire(self->limits.memory_patience);
    self->waiting_ = false;
    if (taken) {
        self->spare_ = std::move(taken);
    } else {
        self->patience_lost_ = true;
    }
    self->wake();
}

}  // namespace boxgate::sftp
