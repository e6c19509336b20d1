#pragma once

#include "box/api/types.hpp"
#include "box/path_cache.hpp"

#include <deque>
#include <string>
#include <unordered_set>

namespace boxgate::box {

/// What Box's events mean for what is cached. They come more than once and out of order, and tell where an item is
/// after a change, not where it was; so nothing is learned from them, only forgotten: more than need be, never less.
/// Pure.
class event_filter {
public:
    /// True if there was anything that had not been seen before.
    bool apply(const api::event_page& page, path_cache& cache);

private:
    static constexpr std::size_t remembered = 5000;

    bool is_new(const std::string& event_id);

    std::unordered_set<std::string> seen_;
    std::deque<std::string> order_;
};

}  // namespace boxgate::box
