#pragma once

#include <cstdint>
#include <optional>

namespace boxgate::box {

/// How a download is shared between streams: which bytes each of them fetches. One stream runs to the end of the file
/// unless it is cut; ranges for several are never smaller than `least`, and neither is what remains behind them. Pure.
class range_plan {
public:
    struct range {
        std::uint64_t begin;
        std::uint64_t end;
        friend bool operator==(const range&, const range&) = default;
    };

    explicit range_plan(std::uint64_t size, std::uint64_t least = 16 * 1024 * 1024) : size_(size), least_(least) {}

    /// For a single stream that begins at `position`: `most` bytes, or all that is left.
    range from(std::uint64_t position, std::uint64_t most = ~std::uint64_t{0}) {
        next_ = most < size_ - position ? position + most : size_;
        return {position, next_};
    }

    /// Where a stream that runs to the end of the file and has come to `position` should end instead, so that others
    /// can have the rest; nullopt where the rest is not worth sharing.
    std::optional<std::uint64_t> cut(std::uint64_t position) {
        if (size_ - position < 2 * least_) return std::nullopt;
        next_ = position + least_;
        return next_;
    }

    /// The next range for one of several streams; nullopt when all is given out.
    std::optional<range> next() {
        if (next_ >= size_) return std::nullopt;
        const auto begin = next_;
        next_ = size_ - begin < 2 * least_ ? size_ : begin + least_;
        return range{begin, next_};
    }

    /// The last range that next() gave is not going to be fetched now.
    void take_back(std::uint64_t begin) { next_ = begin; }

    /// The first byte that nobody fetches.
    std::uint64_t given_out() const { return next_; }

private:
    std::uint64_t size_;
    std::uint64_t least_;
    std::uint64_t next_ = 0;
};

}  // namespace boxgate::box
