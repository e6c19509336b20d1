#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <utility>

namespace boxgate::auth {

/// A map of bounded size that forgets what was not asked for longest: memory that strangers can fill, and no more.
template <class Key, class Value>
class recent_map {
public:
    explicit recent_map(std::size_t most) : most_(most) {}

    /// The value of `key`, made if it is new. Valid until the next call.
    Value& at(const Key& key) {
        if (const auto found = index_.find(key); found != index_.end()) {
            order_.splice(order_.begin(), order_, found->second);
            return order_.front().second;
        }
        if (order_.size() >= most_) {
            index_.erase(order_.back().first);
            order_.pop_back();
        }
        order_.emplace_front(key, Value());
        index_.emplace(key, order_.begin());
        return order_.front().second;
    }

    /// Null if there is none; does not count as having been asked for.
    const Value* find(const Key& key) const {
        const auto found = index_.find(key);
        return found == index_.end() ? nullptr : &found->second->second;
    }

    std::size_t size() const { return order_.size(); }

private:
    const std::size_t most_;
    std::list<std::pair<Key, Value>> order_;  // the latest first
    std::map<Key, typename std::list<std::pair<Key, Value>>::iterator> index_;
};

}  // namespace boxgate::auth
