#include "protocol/sftp/download.hpp"

#include "protocol/sftp/set_attributes.hpp"

#include <algorithm>

namespace boxgate::sftp {

namespace asio = boost::asio;
using storage::block;

namespace {

constexpr std::size_t reply_head = 13;       // length, type, id, length
constexpr std::size_t max_kept_windows = 8;  // of a session's resting downloads

}  // namespace

download::download(std::shared_ptr<workplace> where, storage::path opened, std::unique_ptr<storage::source> from)
    : open_handle(std::move(where), std::move(opened)), source_(std::move(from)) {}

download::~download() {
    drop_window();
}

std::optional<storage::failure> download::set_attributes(const attributes& wanted) {
    return refusal(wanted, source_->info().size, place().limits.ignore_times);
}

void download::set_window(block data, std::uint64_t offset) {
    drop_window();
    if (data.empty()) return;
    window_ = std::move(data);
    window_offset_ = offset;
    ++place().windows;
}

void download::drop_window() {
    if (!window_) return;
    window_ = block();
    --place().windows;
}

// A client may open many files and read a little of each: what they keep is bounded, and given back after a while.
void download::rested() {
    if (place().windows > max_kept_windows) drop_window();
}

void download::release_memory() {
    if (!std::exchange(touched_, false)) {
        drop_window();
        assembled_.release();
    }
}

std::span<const std::byte> download::cut(std::uint64_t offset, std::size_t wanted) const {
    if (!window_ || offset < window_offset_ || offset - window_offset_ >= window_.size()) return {};
    const auto from = window_.bytes().subspan(static_cast<std::size_t>(offset - window_offset_));
    return from.first(std::min(from.size(), wanted));
}

asio::awaitable<storage::result<void>> download::load(std::uint64_t offset, std::size_t wanted) {
    // The old block goes before the new one is asked for: sessions that hold one and wait for another could starve each
    // other. A multiple of the client's own length makes the next requests end where the block does.
    drop_window();
    auto read = co_await source_->read(offset, block::capacity / wanted * wanted);
    if (read.has_error()) co_return read.error();
    set_window(std::move(*read), offset);
    co_return storage::result<void>();
}

asio::awaitable<void> download::serve(request what) {
    touched_ = true;
    const std::size_t wanted = std::min(what.number, max_read_length);
    if (wanted == 0) {
        place().replies.data(what.id, {});
        co_return;
    }
    assembled_.clear();
    auto found = cut(what.offset, wanted);
    while (found.size() + assembled_.size() < wanted) {
        if (!found.empty()) assembled_.append(found);
        const auto have = assembled_.size();
        const auto loaded = co_await load(what.offset + have, wanted);
        if (loaded.has_error()) {
            place().replies.failed(what.id, loaded.error());
            co_return;
        }
        found = cut(what.offset + have, wanted - have);
        if (found.empty()) break;
    }
    if (found.empty() && assembled_.empty()) {
        place().replies.status(what.id, fx::eof, "end of file");
        co_return;
    }
    if (!assembled_.empty() && !found.empty()) assembled_.append(found);
    const bool in_pieces = !assembled_.empty();
    const auto given = in_pieces ? assembled_.bytes() : found;
    const auto length = given.size();
    if (const auto sound = source_->check(what.offset, given); sound.has_error()) {
        place().replies.failed(what.id, sound.error());
        co_return;
    }
    co_await place().keep_download_pace(length);
    co_await place().replies.room(reply_head + length);
    // The window cannot have changed: one coroutine serves a file.
    place().replies.data(what.id, given);
}

asio::awaitable<void> download::serve_close(std::uint32_t id) {
    drop_window();
    finish_close();
    place().replies.ok(id);
    co_return;
}

}  // namespace boxgate::sftp
