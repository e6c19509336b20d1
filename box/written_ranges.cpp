#include "box/written_ranges.hpp"

#include <algorithm>
#include <iterator>

namespace boxgate::box {

std::uint64_t written_ranges::add(std::uint64_t offset, std::uint64_t length) {
    if (length == 0) return 0;
    auto begin = offset;
    auto end = offset + length;
    auto fresh = length;
    auto at = ranges_.upper_bound(begin);
    if (at != ranges_.begin() && std::prev(at)->second >= begin) --at;
    while (at != ranges_.end() && at->first <= end) {
        const auto covered_from = std::max(offset, at->first);
        const auto covered_to = std::min(offset + length, at->second);
        if (covered_from < covered_to) fresh -= covered_to - covered_from;
        begin = std::min(begin, at->first);
        end = std::max(end, at->second);
        at = ranges_.erase(at);
    }
    ranges_.emplace(begin, end);
    return fresh;
}

std::uint64_t written_ranges::written_from(std::uint64_t offset) const {
    const auto after = ranges_.upper_bound(offset);
    if (after == ranges_.begin()) return 0;
    const auto end = std::prev(after)->second;
    return end > offset ? end - offset : 0;
}

}  // namespace boxgate::box
