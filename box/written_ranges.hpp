#pragma once

#include <cstdint>
#include <map>

namespace boxgate::box {

/// Which bytes of a file have been written, in whatever order they came.
class written_ranges {
public:
    /// Adds [offset, offset + length). How many of these bytes had not been written before.
    std::uint64_t add(std::uint64_t offset, std::uint64_t length);

    std::uint64_t end() const { return ranges_.empty() ? 0 : ranges_.rbegin()->second; }
    /// How many bytes from the start are there without a hole.
    std::uint64_t contiguous() const {
        return ranges_.empty() || ranges_.begin()->first != 0 ? 0 : ranges_.begin()->second;
    }
    /// How many bytes from `offset` on are there without a hole.
    std::uint64_t written_from(std::uint64_t offset) const;
    bool has_holes() const { return contiguous() != end(); }
    std::size_t pieces() const { return ranges_.size(); }

private:
    std::map<std::uint64_t, std::uint64_t> ranges_;  // begin -> end, neither overlapping nor touching
};

}  // namespace boxgate::box
