#pragma once

#include "protocol/ftp/services.hpp"
#include "protocol/ftp/session.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace boxgate::ftp {

/// The FTP sessions of one worker. Everything but sessions() is for the worker's thread.
class session_group {
public:
    /// `name` begins the names of sessions.
    session_group(services with, std::string name)
        : with_(std::make_shared<const services>(std::move(with))), name_(std::move(name)) {}
    session_group(const session_group&) = delete;
    session_group& operator=(const session_group&) = delete;

    /// Serves an accepted connection until it ends, then calls `ended` if it is set. With `implicit_tls` it begins with
    /// a TLS handshake.
    void start(boost::asio::ip::tcp::socket socket, bool implicit_tls = false, std::function<void()> ended = {});

    /// Ends the sessions: now, or each as soon as nothing of it is under way. New ones are refused.
    void stop(bool when_idle);

    /// Ends the sessions of these logins now.
    void end_logins(const std::set<std::string>& logins);

    std::size_t sessions() const { return count_.load(std::memory_order_relaxed); }  ///< any thread

private:
    const std::shared_ptr<const services> with_;
    const std::string name_;
    std::map<std::uint64_t, std::shared_ptr<session>> sessions_;
    std::uint64_t next_ = 1;
    bool stopped_ = false;
    std::atomic<std::size_t> count_ = 0;
};

}  // namespace boxgate::ftp
