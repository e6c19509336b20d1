#include "box/reader.hpp"

#include "box/tree.hpp"

namespace boxgate::box {

namespace asio = boost::asio;
using storage::block;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

constexpr std::uint64_t to_the_end = ~std::uint64_t{0};
// From here on a window is worth no further request: the stream runs to the end.
constexpr std::uint64_t largest_window = 16 * 1024 * 1024;

}  // namespace

reader::reader(std::shared_ptr<worker_context> with, std::shared_ptr<identity> who, api::item file)
    : with_(std::move(with)),
      size_(file.size.value_or(0)),
      sha1_hex_(file.sha1),
      info_(to_entry(file)),
      of_(std::make_shared<download_context>(with_, std::move(who), file.id, file.version_id, file.name, size_)),
      plan_(size_),
      pace_(with_->settings.download_streams),
      window_(to_the_end) {}

reader::~reader() {
    drop_ahead();
}

asio::awaitable<result<void>> reader::prepare() {
    if (size_ == 0) co_return result<void>();
    const auto url = co_await of_->address.get();
    if (url.has_error()) co_return url.error();
    co_return result<void>();
}

asio::awaitable<result<block>> reader::read(std::uint64_t offset, std::size_t max) {
    if (offset >= size_ || max == 0) co_return block();
    if (offset != position_) seek(offset);
    if (left_over_.empty()) {
        auto next = co_await next_block(max);
        if (next.has_error()) co_return next.error();
        left_over_ = std::move(*next);
    }
    auto given = left_over_.part(0, max);
    left_over_.remove_prefix(given.size());
    if (left_over_.empty()) left_over_ = block();
    position_ += given.size();
    open_ahead();
    co_return given;
}

// Clients ask twice for some bytes, or in two places by turns: what goes beyond all that was given on so far counts.
result<void> reader::check(std::uint64_t offset, std::span<const std::byte> bytes) {
    const auto end = offset + bytes.size();
    if (!damaged_ && offset <= hashed_ && end > hashed_) {
        hash_.update(bytes.subspan(static_cast<std::size_t>(hashed_ - offset)));
        hashed_ = end;
        damaged_ = hashed_ == size_ && !sha1_hex_.empty() && to_hex(hash_.finish()) != sha1_hex_;
    }
    if (damaged_)
        return failure(errc::changed, "what came from Box does not have the SHA-1 that Box states for the file");
    return result<void>();
}

// A read that does not go on where the last one ended: what comes next is not known, so little is asked for.
void reader::seek(std::uint64_t offset) {
    drop_ahead();
    stream_.reset();
    left_over_ = block();
    position_ = offset;
    window_ = block::capacity;
    plan_.take_back(offset);
}

void reader::drop_ahead() {
    if (fetch_) fetch_->stop();
    fetch_.reset();
    for (const auto& one : ahead_) one->stop();
    ahead_.clear();
}

// Gives up the range that is furthest away, and the memory that it holds.
bool reader::shed() {
    if (ahead_.empty()) return false;
    ahead_.back()->stop();
    plan_.take_back(ahead_.back()->begin());
    ahead_.pop_back();
    return true;
}

asio::awaitable<result<block>> reader::memory() {
    while (true) {
        if (auto at_once = with_->blocks->try_acquire()) co_return std::move(*at_once);
        if (!shed()) break;
    }
    auto granted = co_await with_->blocks->acquire(block_patience);
    if (!granted) co_return failure(errc::busy, "no transfer memory became free (limits.transfer_memory)");
    co_return std::move(*granted);
}

asio::awaitable<result<block>> reader::next_block(std::size_t max) {
    while (true) {
        const auto begin = download_pace::clock::now();
        if (fetch_) {
            // What lies ready for later must not keep the next bytes from coming.
            while (with_->blocks->is_spent() && shed()) {
            }
            auto next = co_await fetch_->next();
            if (next.has_error()) co_return next;
            if (!next->empty()) {
                const auto now = download_pace::clock::now();
                pace_.note(now, now - begin, of_->received, streams());
                co_return next;
            }
        } else if (stream_ && !stream_->at_end()) {
            auto room = co_await memory();
            if (room.has_error()) co_return room;
            const auto asked = download_pace::clock::now();
            const auto filled = co_await stream_->fill(*room, std::min(max, block::capacity));
            // What came before the failure is given first: the stream goes on behind it.
            if (filled.has_error() && room->empty()) co_return filled.error();
            const auto now = download_pace::clock::now();
            pace_.note(now, now - asked, of_->received, streams());
            co_return room;
        }
        open_next();
    }
}

// What is to be delivered after the range that has ended.
void reader::open_next() {
    stream_.reset();
    if (fetch_) fetch_->stop();
    fetch_.reset();
    if (!ahead_.empty()) {
        fetch_ = std::move(ahead_.front());
        ahead_.pop_front();
        fetch_->deliver();
        return;
    }
    auto range = plan_.from(position_, window_);
    if (window_ != to_the_end) window_ = window_ < largest_window ? window_ * 4 : to_the_end;
    if (pace_.streams() > 1 && range.end == size_) {
        if (const auto end = plan_.cut(position_)) range.end = *end;
    }
    stream_.emplace(of_, range.begin, range.end);
}

void reader::open_ahead() {
    if (window_ != to_the_end || pace_.streams() == 1) return;
    if (ahead_.empty() && stream_ && stream_->end() == size_) {
        const auto end = plan_.cut(stream_->position());
        if (!end) return;
        stream_->end_at(*end);
    }
    while (streams() < pace_.streams() && range_fetch::has_memory(*with_->blocks)) {
        const auto range = plan_.next();
        if (!range) return;
        ahead_.push_back(std::make_shared<range_fetch>(of_, range->begin, range->end));
        ahead_.back()->start();
    }
}

}  // namespace boxgate::box
