#include "box/uploader.hpp"

#include "box/commit.hpp"
#include "conf/runtime/offload.hpp"

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;
using storage::receipt;
using storage::result;

uploader::uploader(std::shared_ptr<worker_context> with, upload_target target,
                   std::optional<storage::announced_size> size)
    : with_(std::move(with)),
      to_(std::make_shared<upload_destination>(with_, std::move(target))),
      announced_(size),
      content_(std::make_shared<upload_content>(with_->spool_files, with_->disk, with_->settings.spool_patience,
                                                with_->settings.commit_timeout)),
      may_be_early_(announced_ && announced_->bytes > with_->settings.direct_upload_limit) {
    if (may_be_early_ && announced_->binding) content_->will_drain();
}

uploader::~uploader() {
    if (early_) early_->stop();
}

asio::awaitable<result<void>> uploader::write(std::uint64_t offset, storage::block data) {
    if (announced_ && announced_->binding && offset + data.size() > announced_->bytes) {
        co_return failure(errc::aborted, "more bytes came than the client announced");
    }
    // More than the spool holds passes through it, once there is a session to pass into.
    if (early_ && announced_->binding && offset + data.size() > with_->spool_files.budget().most()) {
        const auto refused = co_await early_->opened();
        if (refused) co_return *refused;
    }
    const auto session = early_;
    const std::function<bool()> worth_it = [session] { return !session || !session->hopeless(); };
    auto written = co_await content_->write(offset, std::move(data), worth_it);
    if (written.has_error()) {
        const auto why = session ? session->hopeless() : std::nullopt;
        if (why) co_return *why;
        co_return written;
    }
    if (!may_be_early_) co_return written;
    co_return send_early();
}

asio::awaitable<result<storage::block>> uploader::read_back(std::uint64_t offset, std::size_t max) {
    if (offset >= content_->size()) co_return storage::block();
    const auto there = content_->written_from(offset);
    if (there == 0) co_return failure(errc::not_supported, "this part of the file has not been written");
    const failure gone(errc::not_supported, "parts of the file are at Box already; close it, then read it");
    if (!content_->is_whole()) co_return gone;
    storage::block into;
    if (!content_->in_memory()) {
        auto room = co_await with_->blocks->acquire(block_patience);
        if (!room) co_return failure(errc::busy, "no transfer memory became free (limits.transfer_memory)");
        into = std::move(*room);
    }
    auto found = co_await content_->read(offset, std::min<std::uint64_t>(max, there), std::move(into));
    // A part that has been confirmed meanwhile may have left the spool under the read.
    if (!content_->is_whole()) co_return gone;
    co_return found;
}

result<void> uploader::send_early() {
    if (!early_) {
        early_ = std::make_shared<early_upload>(with_, to_, content_, *announced_);
        early_->start();
    }
    early_->grown();
    if (auto why = early_->hopeless()) return *why;
    // More than was announced: what the session was opened for is not this file.
    if (content_->size() > announced_->bytes) {
        early_->stop();
        early_.reset();
        may_be_early_ = false;
    }
    return result<void>();
}

asio::awaitable<result<receipt>> uploader::commit(storage::commit_gate gate) {
    if (committed_) co_return failure(errc::internal, "a file is committed once");
    committed_ = true;
    if (content_->has_holes()) co_return failure(errc::aborted, "parts of the file were never written");
    if (announced_ && announced_->binding && content_->size() != announced_->bytes) {
        co_return failure(errc::aborted, "the client announced " + std::to_string(announced_->bytes) +
                                             " bytes and sent " + std::to_string(content_->size()));
    }
    const auto permission = std::make_shared<commit_permission>(std::move(gate));
    const auto work = std::make_shared<box::commit>(with_, to_, content_, permission, std::move(early_));

    // The caller may be cancelled while it waits. Its gate goes with it; the work goes on if it had passed.
    struct leaving {
        explicit leaving(std::shared_ptr<commit_permission> of) : permission(std::move(of)) {}
        ~leaving() { permission->caller_left(); }
        std::shared_ptr<commit_permission> permission;
    };
    const leaving at_end(permission);
    const auto outcome = std::make_shared<std::optional<result<receipt>>>();
    const auto landing = std::make_shared<asio::steady_timer>(with_->executor, asio::steady_timer::time_point::max());
    const auto task = [](std::shared_ptr<box::commit> what, std::shared_ptr<std::optional<result<receipt>>> into,
                         std::shared_ptr<asio::steady_timer> wake) -> asio::awaitable<void> {
        try {
            auto done = co_await what->run();
            into->emplace(std::move(done));
        } catch (const std::exception& error) {
            into->emplace(failure(errc::internal, error.what()));
        }
        wake->cancel();
    };
    with_->settle.adopt(with_->executor, "store a file", task(work, outcome, landing));
    while (!*outcome) {
        const auto [error] = co_await landing->async_wait(asio::as_tuple(asio::use_awaitable));
        const auto state = co_await asio::this_coro::cancellation_state;
        if (!*outcome && state.cancelled() != asio::cancellation_type::none) throw boost::system::system_error(error);
    }
    co_return std::move(**outcome);
}

}  // namespace boxgate::box
