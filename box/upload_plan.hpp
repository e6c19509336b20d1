#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace boxgate::box {

/// How a file of a known size is cut into the parts of an upload session: every part has the size Box chose, the last
/// one what is left. Pure.
class upload_plan {
public:
    struct part {
        std::uint64_t offset;
        std::uint64_t length;
        std::uint64_t end() const { return offset + length; }
    };

    /// Both greater than 0.
    upload_plan(std::uint64_t total, std::uint64_t part_size) : total_(total), part_size_(part_size) {}

    std::uint64_t total() const { return total_; }
    std::uint64_t part_size() const { return part_size_; }
    std::size_t parts() const { return static_cast<std::size_t>((total_ + part_size_ - 1) / part_size_); }
    part at(std::size_t index) const {
        const auto offset = index * part_size_;
        return {offset, std::min(part_size_, total_ - offset)};
    }
    /// How many parts, from the first on, are whole once `bytes` of the file are there.
    std::size_t whole(std::uint64_t bytes) const {
        return bytes >= total_ ? parts() : static_cast<std::size_t>(bytes / part_size_);
    }

private:
    std::uint64_t total_;
    std::uint64_t part_size_;
};

}  // namespace boxgate::box
