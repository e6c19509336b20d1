#include "tests/simulator/journal.hpp"

#include <boost/json/object.hpp>

#include <map>

namespace box_simulator {

namespace json = boost::json;

void journal::add(journal_entry entry) {
    const std::lock_guard lock(mutex_);
    entry.number = next_++;
    entries_.push_back(std::move(entry));
}

json::array journal::since(std::uint64_t number) const {
    const std::lock_guard lock(mutex_);
    json::array list;
    for (const auto& one : entries_) {
        if (one.number <= number) continue;
        list.push_back(json::object{{"number", one.number},
                                    {"begin_us", one.begin_us},
                                    {"end_us", one.end_us},
                                    {"endpoint", one.endpoint},
                                    {"path", one.path},
                                    {"user", one.user},
                                    {"as_user", one.as_user},
                                    {"status", one.status},
                                    {"request_bytes", one.request_bytes},
                                    {"response_bytes", one.response_bytes},
                                    {"connection", one.connection},
                                    {"through_proxy", one.through_proxy},
                                    {"token_at_data_host", one.token_at_data_host},
                                    {"notifications", one.notifications},
                                    {"if_match", one.if_match},
                                    {"retry_after", one.retry_after}});
    }
    return list;
}

json::object journal::counts() const {
    const std::lock_guard lock(mutex_);
    std::map<std::string, std::uint64_t> by_endpoint, by_user;
    for (const auto& one : entries_) {
        ++by_endpoint[one.endpoint];
        if (!one.user.empty()) ++by_user[one.user];
    }
    json::object endpoints, users;
    for (const auto& [name, n] : by_endpoint) endpoints[name] = n;
    for (const auto& [name, n] : by_user) users[name] = n;
    return {{"endpoints", endpoints}, {"users", users}, {"total", entries_.size()}};
}

void journal::reset() {
    const std::lock_guard lock(mutex_);
    entries_.clear();
}

}  // namespace box_simulator
