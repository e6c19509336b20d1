#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>

namespace boxgate::sftp {

/// Bytes that are appended at one end and taken from the other. Unlike a vector it does not fill new room with zeros,
/// which would cost a pass over every byte of a download.
class byte_buffer {
public:
    bool empty() const { return begin_ == end_; }
    std::size_t size() const { return end_ - begin_; }
    std::size_t capacity() const { return capacity_; }
    std::span<const std::byte> bytes() const { return {data_.get() + begin_, size()}; }

    /// Room for `n` more bytes at the end, to be filled by the caller. Moves what is there; earlier spans are void.
    std::span<std::byte> extend(std::size_t n) {
        if (end_ + n > capacity_) make_room(n);
        end_ += n;
        return {data_.get() + end_ - n, n};
    }
    void append(std::span<const std::byte> more) {
        if (!more.empty()) std::memcpy(extend(more.size()).data(), more.data(), more.size());
    }
    /// The byte at `offset` from the front, for lengths that are known late.
    std::byte* at(std::size_t offset) { return data_.get() + begin_ + offset; }

    void consume(std::size_t n) {
        begin_ += n;
        if (empty()) clear();
    }
    void clear() { begin_ = end_ = 0; }
    void release() {
        clear();
        data_.reset();
        capacity_ = 0;
    }

private:
    void make_room(std::size_t n) {
        std::size_t wanted = capacity_ == 0 ? 1024 : capacity_;
        while (wanted < size() + n) wanted *= 2;
        // Bytes already taken leave a gap in front; sliding over it is enough where the capacity is.
        auto target = wanted == capacity_ ? nullptr : std::make_unique_for_overwrite<std::byte[]>(wanted);
        const auto kept = size();
        if (kept != 0) std::memmove(target ? target.get() : data_.get(), data_.get() + begin_, kept);
        if (target) data_ = std::move(target);
        capacity_ = wanted;
        begin_ = 0;
        end_ = kept;
    }

    std::unique_ptr<std::byte[]> data_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace boxgate::sftp
