#include "server/session_registry.hpp"

#include <vector>

namespace boxgate::server {

session_registry::place::~place() {
    if (!registry_) return;
    registry_->sessions_.erase(id_);
    registry_->size_.store(registry_->sessions_.size(), std::memory_order_relaxed);
}

session_registry::place session_registry::add(stop_function stop) {
    const auto id = next_id_++;
    sessions_.emplace(id, std::move(stop));
    size_.store(sessions_.size(), std::memory_order_relaxed);
    return place(*this, id);
}

void session_registry::stop_all(end how) {
    // Stopping a session may make it leave, which changes the map.
    std::vector<stop_function> stops;
    for (const auto& [id, stop] : sessions_) stops.push_back(stop);
    for (const auto& stop : stops) stop(how);
}

}  // namespace boxgate::server
