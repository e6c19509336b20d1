#include "box/written_ranges.hpp"

#include <algorithm>
#include <iterator>

namespace boxgate::box {

bool written_ranges::add(std::uint64_t offset, std::uint64_t length) {
    if (length == 0) return true;
    auto begin = offset;
    auto end = offset + length;
    bool fresh = true;
    auto at = ranges_.upper_bound(begin);
    if (at != ranges_.begin() && std::prev(at)->second >= begin) --at;
    while (at != ranges_.end() && at->first <= end) {
        if (at->first < offset + length && at->second > offset) fresh = false;
        begin = std::min(begin, at->first);
        end = std::max(end, at->second);
        at = ranges_.erase(at);
    }
    ranges_.emplace(begin, end);
    return fresh;
}

}  // namespace boxgate::box
