#include "tests/simulator/event_streams.hpp"

#include "tests/simulator/digest.hpp"
#include "tests/simulator/tree.hpp"

#include <algorithm>

namespace box_simulator {

namespace json = boost::json;

namespace {

// Box's positions are large numbers, and the first is not 0: that stands for the beginning.
constexpr std::int64_t first_position = 1'152'922'976'252'290'000;

// Of each user; Box forgets by age.
constexpr std::size_t most_kept = 10'000;

}  // namespace

void event_streams::add(const std::string& user, const std::string& type, json::object source) {
    const std::lock_guard lock(mutex_);
    const auto now = to_iso(std::time(nullptr));
    event made;
    made.content = json::object{{"type", "event"},
                                {"event_id", random_hex(40)},
                                {"event_type", type},
                                {"created_at", now},
                                {"recorded_at", now},
                                {"created_by", json::object{{"type", "user"}, {"id", user}}},
                                {"session_id", random_hex(16)},
                                {"source", std::move(source)}};
    made.seen_from = std::chrono::steady_clock::now() + std::chrono::milliseconds(delay_ms.load());
    auto& into = streams_[user];
    into.events.push_back(std::move(made));
    if (into.events.size() > most_kept) {
        into.events.pop_front();
        ++into.forgotten;
    }
    changed_.notify_all();
}

std::int64_t event_streams::end(const std::string& user) const {
    const auto at = streams_.find(user);
    if (at == streams_.end()) return first_position;
    const auto now = std::chrono::steady_clock::now();
    const auto& events = at->second.events;
    const auto last =
        std::find_if(events.rbegin(), events.rend(), [&](const event& one) { return one.seen_from <= now; });
    return first_position + at->second.forgotten + (events.rend() - last);
}

std::int64_t event_streams::now(const std::string& user) const {
    const std::lock_guard lock(mutex_);
    return end(user);
}

event_streams::page event_streams::read(const std::string& user, std::int64_t position, std::size_t limit) const {
    const std::lock_guard lock(mutex_);
    page found;
    found.next = end(user);
    const auto at = streams_.find(user);
    if (at == streams_.end()) return found;
    const auto oldest = first_position + at->second.forgotten;
    const auto begin = std::clamp(position, oldest, found.next);
    found.next = std::min(found.next, begin + static_cast<std::int64_t>(limit));
    const auto again = std::max<std::int64_t>(oldest, begin - std::max(0, duplicates.load()));
    for (auto i = again; i < found.next; ++i) {
        found.entries.push_back(at->second.events[static_cast<std::size_t>(i - oldest)].content);
    }
    if (disorder) std::reverse(found.entries.begin(), found.entries.end());
    return found;
}

std::string event_streams::open_channel(const std::string& user) {
    const std::lock_guard lock(mutex_);
    const auto name = random_hex(32);
    channels_[name] = user;
    return name;
}

event_streams::news event_streams::wait(const std::string& channel, std::optional<std::int64_t> from) {
    std::unique_lock lock(mutex_);
    const auto at = channels_.find(channel);
    if (at == channels_.end()) return news::reconnect;
    const auto user = at->second;
    const auto position = from.value_or(end(user));
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(reconnect_ms.load());
    while (!stopped_ && std::chrono::steady_clock::now() < until) {
        if (end(user) > position) return news::new_change;
        // An event that is held back comes into sight without anybody telling.
        changed_.wait_until(lock, std::min(until, std::chrono::steady_clock::now() + std::chrono::milliseconds(50)));
    }
    return news::reconnect;
}

void event_streams::stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
}

}  // namespace box_simulator
