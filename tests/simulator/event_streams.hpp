#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace box_simulator {

/// Every user's stream of events, with the long poll that tells of new ones. As Box's, it may repeat and reorder what
/// it sends. Thread-safe.
class event_streams {
public:
    /// `source` is the item as it is after the change.
    void add(const std::string& user, const std::string& type, boost::json::object source);

    struct page {
        boost::json::array entries;
        std::int64_t next = 0;  ///< the position behind these
    };
    page read(const std::string& user, std::int64_t position, std::size_t limit) const;
    std::int64_t now(const std::string& user) const;

    /// A channel for the long poll; its name is all that a listener shows.
    std::string open_channel(const std::string& user);

    enum class news { new_change, reconnect };
    /// Waits until there is an event behind `position` (nullopt: a new one), or as long as Box keeps such a call open.
    news wait(const std::string& channel, std::optional<std::int64_t> position);

    /// Ends every wait, for good.
    void stop();

    std::atomic<int> duplicates = 0;          ///< so many events of before are sent again with each page
    std::atomic<bool> disorder = false;       ///< a page comes last event first
    std::atomic<int> delay_ms = 0;            ///< until an event can be seen
    std::atomic<int> reconnect_ms = 300'000;  ///< how long a long poll is kept open

private:
    struct event {
        boost::json::object content;
        std::chrono::steady_clock::time_point seen_from;
    };
    struct stream {
        std::deque<event> events;
        std::int64_t forgotten = 0;  ///< so many came before the first of these
    };
    std::int64_t end(const std::string& user) const;  // position behind the last event that can be seen

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, stream> streams_;
    std::map<std::string, std::string> channels_;
    bool stopped_ = false;
};

}  // namespace box_simulator
