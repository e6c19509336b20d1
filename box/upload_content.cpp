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

}  // namespace

asio::awaitable<result<void>> upload_content::write(std::uint64_t offset, storage::block data) {
    if (data.empty()) co_return result<void>();
    if (!ranges_.add(offset, data.size())) {
        // Bytes that were hashed already may have changed: everything is hashed once more, at the end.
        hash_.reset();
        hashed_ = 0;
        rewritten_ = true;
    }
    if (ranges_.pieces() > most_pieces) {
        co_return failure(errc::too_large, "the file arrives in too many scattered pieces");
    }
    if (!file_ && !small_ && offset == 0) {
        small_ = std::move(data);
        co_return result<void>();
    }
    const auto job = [self = shared_from_this(), offset, bytes = std::move(data)] { return self->put(offset, bytes); };
    co_return co_await runtime::offload(disk_, job);
}

result<void> upload_content::put(std::uint64_t offset, const storage::block& data) {
    if (!file_) {
        auto created = spool_.create();
        if (created.has_error()) return created.error();
        file_ = std::move(*created);
        if (small_) {
            if (auto moved = file_->write(0, small_.bytes()); moved.has_error()) return moved;
            small_ = storage::block();
        }
    }
    if (auto written = file_->write(offset, data.bytes()); written.has_error()) return written;
    if (rewritten_) return result<void>();
    // The usual case: the bytes are hashed while they are in the processor's cache.
    if (offset == hashed_) {
        hash_.update(data.bytes());
        hashed_ += data.size();
        return result<void>();
    }
    // A gap was filled, or the first block came from memory.
    return hash_up_to(ranges_.contiguous());
}

result<void> upload_content::hash_up_to(std::uint64_t end) {
    std::vector<std::byte> buffer;
    while (hashed_ < end) {
        buffer.resize(static_cast<std::size_t>(std::min<std::uint64_t>(hashing_step, end - hashed_)));
        if (auto read = file_->read(hashed_, buffer); read.has_error()) return read;
        hash_.update(buffer);
        hashed_ += buffer.size();
    }
    return result<void>();
}

asio::awaitable<result<std::string>> upload_content::digest() {
    if (digest_) co_return *digest_;
    if (file_) {
        const auto job = [self = shared_from_this()] { return self->hash_up_to(self->ranges_.end()); };
        auto hashed = co_await runtime::offload(disk_, job);
        if (hashed.has_error()) co_return hashed.error();
    } else {
        hash_.update(small_.bytes());
    }
    digest_ = hash_.finish();
    co_return *digest_;
}

asio::awaitable<result<std::string>> upload_content::digest_of(std::uint64_t offset, std::uint64_t length) {
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

}  // namespace boxgate::box
