#include "protocol/sftp/upload.hpp"

#include "protocol/sftp/set_attributes.hpp"

#include <algorithm>
#include <cstring>

namespace boxgate::sftp {

namespace asio = boost::asio;
using storage::block;
using storage::errc;

namespace {

constexpr std::size_t max_queued = 4;  // blocks of one file waiting for the storage: 1 MiB

}  // namespace

upload::upload(std::shared_ptr<workplace> where, storage::path opened, std::unique_ptr<storage::sink> into,
               bool truncates, bool reads)
    : open_handle(std::move(where), std::move(opened)),
      sink_(std::move(into)),
      truncates_(truncates),
      reads_(reads),
      opened_at_(std::chrono::system_clock::now()) {}

upload::~upload() {
    drop_blocks();
}

void upload::drop_blocks() {
    place().upload_blocks -= queued_.size() + (filling_ ? 1 : 0);
    queued_.clear();
    filling_.reset();
}

void upload::fail(storage::failure what) {
    if (failure_) return;
    if (sink_) sink_->note_failure(what);
    failure_ = std::move(what);
    drop_blocks();
    if (!sink_in_use_) sink_.reset();
}

std::size_t upload::write(std::uint64_t offset, std::span<const std::byte> bytes) {
    if (original_) fail(storage::failure(errc::not_supported, "the file has been made by copy-data already"));
    if (failure_) return bytes.size();
    if (offset + bytes.size() < offset) {
        fail(storage::failure(errc::too_large, "the file would be larger than any file can be"));
        return bytes.size();
    }
    touched_ = true;
    if (filling_ && (filling_->room().empty() || filling_offset_ + filling_->size() != offset)) flush();
    // What the storage refuses without waiting it has refused by now.
    if (failure_) return bytes.size();
    if (!filling_) {
        if (queued_.size() >= max_queued || place().upload_blocks >= place().limits.max_blocks) return 0;
        bool patience_lost = false;
        filling_ = place().take_block(patience_lost);
        if (patience_lost) {
            fail(storage::failure(errc::timeout, "no memory for transfers became free; try again later"));
            return bytes.size();
        }
        if (!filling_) return 0;
        ++place().upload_blocks;
        filling_offset_ = offset;
    }
    const auto room = filling_->room();
    const auto n = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), n);
    filling_->grow(n);
    size_ = std::max(size_, offset + n);
    return n;
}

void upload::flush() {
    if (failure_) drop_blocks();
    if (!filling_) return;
    queued_.emplace_back(filling_offset_, std::move(*filling_));
    filling_.reset();
    run();
}

// A client that pauses in the middle of a block should not keep the block.
void upload::release_memory() {
    if (!std::exchange(touched_, false)) flush();
}

asio::awaitable<void> upload::work() {
    auto next = std::move(queued_.front());
    queued_.pop_front();
    if (!sink_) {
        --place().upload_blocks;
        co_return;
    }
    sink_in_use_ = true;
    const auto written = co_await sink_->write(next.offset, std::move(next.data));
    sink_in_use_ = false;
    --place().upload_blocks;
    if (written.has_error()) fail(written.error());
    if (failure_) sink_.reset();
    place().wake();
}

asio::awaitable<void> upload::serve(request what) {
    if (what.row->what == verb::read) {
        co_await read_back(std::move(what));
    } else {
        co_await serve_copy(std::move(what));
    }
}

// What the client has sent has to be at the storage first. A hole ends an answer early.
asio::awaitable<void> upload::read_back(request what) {
    auto& replies = place().replies;
    flush();
    while (work_left()) co_await work();
    if (failure_) {
        replies.failed(what.id, *failure_);
        co_return;
    }
    if (!sink_) {
        replies.status(what.id, fx::op_unsupported, "close the copy before it is read");
        co_return;
    }
    const std::size_t wanted = std::min(what.number, max_read_length);
    sink_in_use_ = true;
    const auto found = co_await sink_->read_back(what.offset, wanted);
    sink_in_use_ = false;
    if (failure_) sink_.reset();
    if (found.has_error()) {
        replies.failed(what.id, found.error());
        co_return;
    }
    if (found->empty() && wanted > 0) {
        replies.status(what.id, fx::eof, "end of file");
        co_return;
    }
    co_await place().keep_download_pace(found->size());
    co_await replies.room(found->size());
    replies.data(what.id, found->bytes());
}

storage::entry upload::stat() const {
    storage::entry seen;
    seen.name = path().name();
    seen.size = size_;
    seen.modified = seen.created = opened_at_;
    return seen;
}

std::optional<storage::failure> upload::set_attributes(const attributes& wanted) {
    if (wanted.size && *wanted.size == size_) size_set_ = true;
    return refusal(wanted, size_, place().limits.ignore_times);
}

// An existing file opened without TRUNC, to which nothing was written and no size set, stays as it is.
asio::awaitable<storage::result<bool>> upload::leaves_file_alone() {
    if (truncates_ || size_set_ || size_ > 0) co_return false;
    const auto found = co_await place().files->stat(path());
    if (found.has_error() && found.error().code != errc::not_found) co_return found.error();
    co_return found.has_value();
}

asio::awaitable<storage::result<void>> upload::store() {
    if (failure_) co_return *failure_;
    if (stored_) co_return storage::result<void>();
    const auto nothing_to_do = co_await leaves_file_alone();
    if (nothing_to_do.has_error()) co_return nothing_to_do.error();
    if (failure_) co_return *failure_;
    if (*nothing_to_do) {
        sink_->withdraw();
        co_return storage::result<void>();
    }
    const storage::commit_gate gate = [place = std::weak_ptr<workplace>(shared_place())] {
        const auto session = place.lock();
        return session && session->alive;
    };
    const auto stored = co_await sink_->commit(gate);
    if (stored.has_error()) {
        fail(stored.error());
        co_return stored.error();
    }
    co_return storage::result<void>();
}

asio::awaitable<void> upload::serve_close(std::uint32_t id) {
    flush();
    while (work_left()) co_await work();
    const auto outcome = co_await store();
    sink_.reset();
    finish_close();
    if (outcome.has_error()) {
        place().replies.failed(id, outcome.error());
    } else {
        place().replies.ok(id);
    }
}

}  // namespace boxgate::sftp
