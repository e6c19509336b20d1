#include "box/upload_content.hpp"

#include "conf/runtime/offload.hpp"

#include <cstring>
#include <vector>

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

constexpr std::size_t hashing_step = 256 * 1024;
constexpr std::chrono::seconds wait_step{1};

}  // namespace

upload_content::~upload_content() {
    // The room is free when the file is gone, and not before.
    file_.reset();
    give_room_back(spooled_);
}

void upload_content::give_room_back(std::uint64_t bytes) {
    const auto plain = std::min(bytes, by_bytes_);
    spooled_ -= bytes;
    by_bytes_ -= plain;
    if (plain > 0) spool_.budget().give_back(plain, spool_budget::claim::more);
    if (bytes > plain) spool_.budget().give_back(bytes - plain, spool_budget::claim::part);
}

asio::awaitable<result<void>> upload_content::write(std::uint64_t offset, storage::block data,
                                                    std::function<bool()> worth_it) {
    if (data.empty()) co_return result<void>();
    if (sealed_ > 0 && offset < ready_) {
        co_return failure(errc::not_supported, "these bytes are on their way to Box and cannot be written again");
    }
    const auto length = data.size();
    const auto fresh = ranges_.add(offset, length);
    if (fresh < length && (offset < ready_ || small_)) {
        rewritten_ = true;
        hashes_.restart();
        parts_.clear();
        ready_ = 0;
    }
    if (ranges_.pieces() > most_pieces) {
        co_return failure(errc::too_large, "the file arrives in too many scattered pieces");
    }
    if (!file_ && !small_ && offset == 0) {
        small_ = std::move(data);
        co_return result<void>();
    }
    const auto granted = co_await make_room(fresh + (file_ ? 0 : small_.size()), std::move(worth_it));
    if (granted.has_error()) co_return granted;
    const auto job = [self = shared_from_this(), offset, cut = part_size_, bytes = std::move(data)] {
        return self->put(offset, cut, bytes);
    };
    auto done = co_await runtime::offload(disk_, job);
    note_hashed();
    co_return done;
}

// Whole, and not confirmed yet: its room comes back without anybody else's doing.
bool upload_content::part_on_its_way() const {
    return drains_ && part_size_ > 0 && ready_ / part_size_ * part_size_ > given_back_;
}

// Of a part that leaves when it is whole, room for all or for nothing: many uploads that each held some of one would
// wait for each other.
upload_content::room upload_content::room_needed() const {
    const auto missing = held_ - spooled_;
    if (drains_) {
        const auto end = std::min(total_, (ranges_.end() + part_size_ - 1) / part_size_ * part_size_);
        const auto rest = end - std::min(end, given_back_ + spooled_);
        return room(std::clamp(rest, missing, std::max(missing, part_size_)), spool_budget::claim::part);
    }
    return room(missing, spooled_ > 0 ? spool_budget::claim::more : spool_budget::claim::beginning);
}

asio::awaitable<result<void>> upload_content::make_room(std::uint64_t bytes, std::function<bool()> worth_it) {
    auto& budget = spool_.budget();
    const auto at_once = drains_ ? std::min(held_, part_size_) : held_;
    if (at_once + bytes > budget.most()) {
        co_return failure(errc::too_large, "the file does not fit into the gateway's spool (spool.max_size, " +
                                               std::to_string(budget.most()) + " bytes)");
    }
    held_ += bytes;
    while (held_ > spooled_) {
        const auto wanted = room_needed();
        bool outdated = false;
        duration by_itself{0};  // so long the room would have come without others
        const spool_budget::patience patience = [&](duration so_far) {
            outdated = wanted.what_for != room_needed().what_for;  // the session has opened meanwhile
            if (outdated || !worth_it()) return duration::zero();
            const bool on_its_way = part_on_its_way();
            if (on_its_way) by_itself = so_far;
            const auto left = on_its_way ? own_patience_ - so_far : patience_ - (so_far - by_itself);
            return std::clamp<duration>(left, duration::zero(), wait_step);
        };
        const bool taken = co_await budget.take(wanted.bytes, wanted.what_for, patience);
        if (taken) {
            spooled_ += wanted.bytes;
            if (wanted.what_for != spool_budget::claim::part) by_bytes_ += wanted.bytes;
        } else if (!outdated) {
            held_ -= bytes;
            failure full(errc::quota, "the gateway's spool stays full of other uploads (spool.max_size, " +
                                          std::to_string(budget.most()) + " bytes)");
            full.retry_after = std::chrono::seconds(60);
            co_return full;
        }
    }
    co_return result<void>();
}

// On the executor, with no job under way.
void upload_content::note_hashed() {
    ready_ = rewritten_ && !digest_ ? 0 : hashes_.hashed();
    parts_.merge(hashes_.take_parts());
}

result<void> upload_content::put(std::uint64_t offset, std::uint64_t cut, const storage::block& data) {
    if (cut != hashes_.part_size()) hashes_.cut_into(cut);
    if (!file_) {
        auto created = spool_.create();
        if (created.has_error()) return created.error();
        if (small_) {
            if (auto moved = (*created)->write(0, small_.bytes()); moved.has_error()) return moved;
            if (!rewritten_) hashes_.update(small_.bytes());
            small_ = storage::block();
        }
        file_ = std::move(*created);
    }
    if (auto written = file_->write(offset, data.bytes()); written.has_error()) return written;
    if (rewritten_) return result<void>();
    // The usual case: the bytes are hashed while they are in the processor's cache.
    if (offset == hashes_.hashed()) {
        hashes_.update(data.bytes());
        return result<void>();
    }
    // A gap was filled.
    return hash_up_to(ranges_.contiguous());
}

result<void> upload_content::hash_up_to(std::uint64_t end) {
    std::vector<std::byte> buffer;
    while (hashes_.hashed() < end) {
        const auto from = hashes_.hashed();
        buffer.resize(static_cast<std::size_t>(std::min<std::uint64_t>(hashing_step, end - from)));
        if (auto read = file_->read(from, buffer); read.has_error()) return read;
        hashes_.update(buffer);
    }
    return result<void>();
}

asio::awaitable<result<std::string>> upload_content::digest() {
    if (digest_) co_return *digest_;
    if (file_) {
        const auto job = [self = shared_from_this(), cut = part_size_] {
            if (cut != self->hashes_.part_size()) self->hashes_.cut_into(cut);
            return self->hash_up_to(self->ranges_.end());
        };
        auto hashed = co_await runtime::offload(disk_, job);
        if (hashed.has_error()) co_return hashed.error();
    } else {
        hashes_.update(small_.bytes());
    }
    digest_ = hashes_.finish();
    note_hashed();
    co_return *digest_;
}

asio::awaitable<result<std::string>> upload_content::digest_of(std::uint64_t offset, std::uint64_t length) {
    if (part_size_ > 0 && offset % part_size_ == 0) {
        const auto known = parts_.find(offset / part_size_);
        if (known != parts_.end()) co_return known->second;
    }
    const auto job = [self = shared_from_this(), offset, length]() -> result<std::string> {
        sha1 hash;
        std::vector<std::byte> buffer;
        for (std::uint64_t done = 0; done < length; done += buffer.size()) {
            buffer.resize(static_cast<std::size_t>(std::min<std::uint64_t>(hashing_step, length - done)));
            if (auto read = self->file_->read(offset + done, buffer); read.has_error()) return read.error();
            hash.update(buffer);
        }
        return hash.finish();
    };
    co_return co_await runtime::offload(disk_, job);
}

asio::awaitable<result<storage::block>> upload_content::read(std::uint64_t offset, std::uint64_t max,
                                                             storage::block into) {
    if (!file_) co_return small_.part(static_cast<std::size_t>(offset), static_cast<std::size_t>(max));
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(max, into.room().size()));
    const auto job = [self = shared_from_this(), offset, n, into]() mutable -> result<storage::block> {
        if (auto read = self->file_->read(offset, into.room().first(n)); read.has_error()) return read.error();
        into.grow(n);
        return into;
    };
    co_return co_await runtime::offload(disk_, job);
}

asio::awaitable<void> upload_content::discard(std::uint64_t offset, std::uint64_t length) {
    const auto job = [self = shared_from_this(), offset, length] { return self->file_->discard(offset, length); };
    discarded_ = true;
    const bool freed = co_await runtime::offload(disk_, job);
    if (!freed) co_return stops_draining();
    held_ -= length;
    given_back_ += length;
    give_room_back(length);
}

}  // namespace boxgate::box
