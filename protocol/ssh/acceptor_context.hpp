#pragma once

#include "protocol/ssh/handles.hpp"
#include "protocol/ssh/host_keys.hpp"
#include "protocol/ssh/services.hpp"
#include "protocol/ssh/session.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace boxgate::ssh {

/// The SSH sessions of one worker, and what each of them starts from. Everything but sessions() is for the worker's
/// thread: libssh's ssh_bind is not thread-safe.
class acceptor_context {
public:
    /// Throws std::runtime_error if libssh takes one of the keys or lists amiss. `name` begins the names of sessions.
    acceptor_context(services with, const host_keys& keys, std::string name);
    /// Ends what is left.
    ~acceptor_context();
    acceptor_context(const acceptor_context&) = delete;
    acceptor_context& operator=(const acceptor_context&) = delete;

    /// Serves an accepted connection until it ends, then calls `ended` if it is set.
    void start(boost::asio::ip::tcp::socket socket, std::function<void()> ended = {});

    /// Ends the sessions: now, or each as soon as it has no open file and no request under way. New ones are refused.
    void stop(bool when_idle);

    /// Ends the sessions of these logins now.
    void end_logins(const std::set<std::string>& logins);

    std::size_t sessions() const { return count_.load(std::memory_order_relaxed); }  ///< any thread
    std::size_t open_handles() const;

private:
    const std::shared_ptr<const services> with_;
    const std::string name_;
    bind_handle bind_;
    std::map<std::uint64_t, std::shared_ptr<session>> sessions_;
    std::uint64_t next_ = 1;
    bool stopped_ = false;
    std::atomic<std::size_t> count_ = 0;
};

}  // namespace boxgate::ssh
