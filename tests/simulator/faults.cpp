#include "tests/simulator/faults.hpp"

#include <boost/json/value_to.hpp>

#include <chrono>
#include <fnmatch.h>

namespace box_simulator {

fault fault::from_json(const boost::json::object& from) {
    fault made;
    const auto text = [&](const char* name, std::string& into) {
        if (const auto* value = from.if_contains(name)) into = std::string(value->as_string());
    };
    const auto number = [&](const char* name, int& into) {
        if (const auto* value = from.if_contains(name)) into = value->to_number<int>();
    };
    const auto flag = [&](const char* name, bool& into) {
        if (const auto* value = from.if_contains(name)) into = value->as_bool();
    };
    text("match", made.match);
    text("user", made.user);
    text("body", made.body);
    number("count", made.count);
    number("status", made.status);
    number("delay_ms", made.delay_ms);
    flag("freeze", made.freeze);
    flag("after", made.after);
    flag("reset", made.reset);
    flag("damage", made.damage);
    flag("damage_request", made.damage_request);
    if (const auto* value = from.if_contains("answer_size")) made.answer_size = value->to_number<std::uint64_t>();
    if (const auto* value = from.if_contains("cut_after_bytes"))
        made.cut_after_bytes = value->to_number<std::uint64_t>();
    if (const auto* value = from.if_contains("cut_request_bytes")) {
        made.cut_request_bytes = value->to_number<std::uint64_t>();
    }
    if (const auto* value = from.if_contains("headers")) {
        for (const auto& [name, content] : value->as_object()) made.headers[name] = std::string(content.as_string());
    }
    return made;
}

void faults::add(fault what) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(what));
}

void faults::clear() {
    const std::lock_guard lock(mutex_);
    waiting_.clear();
    ++cleared_;
    changed_.notify_all();
}

void faults::clear_of(const std::string& user) {
    const std::lock_guard lock(mutex_);
    waiting_.remove_if([&](const fault& one) { return one.user == user; });
}

std::size_t faults::taken() const {
    const std::lock_guard lock(mutex_);
    return taken_;
}

std::optional<fault> faults::take(const std::string& endpoint, const std::string& user) {
    const std::lock_guard lock(mutex_);
    for (auto at = waiting_.begin(); at != waiting_.end(); ++at) {
        if (!at->user.empty() && at->user != user) continue;
        if (::fnmatch(at->match.c_str(), endpoint.c_str(), 0) != 0) continue;
        const auto found = *at;
        ++taken_;
        if (at->count > 0 && --at->count == 0) waiting_.erase(at);
        return found;
    }
    return std::nullopt;
}

void faults::wait(const fault& what) {
    std::unique_lock lock(mutex_);
    const auto before = cleared_;
    const auto released = [&] { return stopped_ || cleared_ != before; };
    if (what.freeze) {
        changed_.wait(lock, released);
    } else if (what.delay_ms > 0) {
        changed_.wait_for(lock, std::chrono::milliseconds(what.delay_ms), [&] { return stopped_; });
    }
}

void faults::stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
}

}  // namespace box_simulator
