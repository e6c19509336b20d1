#include "protocol/ftp/session_group.hpp"

#include <vector>

namespace boxgate::ftp {

void session_group::start(boost::asio::ip::tcp::socket socket, bool implicit_tls, std::function<void()> ended) {
    if (stopped_) {
        if (ended) ended();
        return;
    }
    const auto id = next_++;
    const auto gone = [this, id, told = std::move(ended)] {
        sessions_.erase(id);
        count_.store(sessions_.size(), std::memory_order_relaxed);
        if (told) told();
    };
    const auto one =
        std::make_shared<session>(std::move(socket), with_, name_ + "-" + std::to_string(id), implicit_tls, gone);
    sessions_.emplace(id, one);
    count_.store(sessions_.size(), std::memory_order_relaxed);
    one->start();
}

void session_group::stop(bool when_idle) {
    stopped_ = true;
    // Stopping a session may make it leave, which changes the map.
    std::vector<std::shared_ptr<session>> all;
    for (const auto& [id, one] : sessions_) all.push_back(one);
    for (const auto& one : all) one->stop(when_idle);
}

void session_group::end_logins(const std::set<std::string>& logins) {
    std::vector<std::shared_ptr<session>> all;
    for (const auto& [id, one] : sessions_) {
        if (logins.contains(one->login())) all.push_back(one);
    }
    for (const auto& one : all) one->stop(false);
}

}  // namespace boxgate::ftp
