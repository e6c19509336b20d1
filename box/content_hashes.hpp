#pragma once

#include "box/sha1.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>

namespace boxgate::box {

/// The two SHA-1s that Box wants of a large file, that of the whole and those of its parts, in one visit of each byte:
/// a block is in the processor's cache once. Bytes come in order. Pure.
class content_hashes {
public:
    /// From now on parts of this size are hashed, those that begin at or behind what has been hashed so far.
    void cut_into(std::uint64_t part_size);
    std::uint64_t part_size() const { return part_size_; }

    void update(std::span<const std::byte> bytes);
    std::uint64_t hashed() const { return hashed_; }

    /// No more bytes come: ends the last part, and gives the SHA-1 of all (20 raw bytes).
    std::string finish();

    /// The parts (index -> 20 raw bytes) that have become whole since this was called last.
    std::map<std::uint64_t, std::string> take_parts() { return std::exchange(parts_, {}); }

    /// Begins again at the first byte, without parts.
    void restart();

private:
    void end_part();

    sha1 whole_;
    sha1 part_;
    std::uint64_t hashed_ = 0;
    std::uint64_t part_size_ = 0;   // 0: not cut
    std::uint64_t first_part_ = 0;  // the first that is hashed
    std::uint64_t in_part_ = 0;     // bytes in part_
    std::map<std::uint64_t, std::string> parts_;
};

}  // namespace boxgate::box
