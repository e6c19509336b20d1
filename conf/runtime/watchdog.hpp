#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>

namespace boxgate::runtime {

/// Closes a socket when nothing has moved on it for too long. Progress in either direction counts, so that waiting for
/// an answer does not time out while a long request is still being sent. Costs no timer operation per byte moved: the
/// timer runs out, looks how far the deadline has moved meanwhile, and waits on.
class watchdog {
public:
    using clock = std::chrono::steady_clock;

    /// `socket` outlives the watchdog.
    explicit watchdog(boost::asio::ip::tcp::socket& socket) : state_(std::make_shared<state>(socket)) {}
    ~watchdog() {
        state_->socket = nullptr;
        state_->timer.cancel();
    }
    watchdog(const watchdog&) = delete;
    watchdog& operator=(const watchdog&) = delete;

    /// From now on the socket may be still for `patience`.
    void allow(clock::duration patience) {
        state_->deadline = clock::now() + patience;
        // A timer that runs out too early looks again; one that would run out too late is set anew.
        if (!state_->waiting || state_->deadline < state_->timer.expiry()) wait(state_);
    }

    /// Nothing is expected to move.
    void rest() { state_->deadline = clock::time_point::max(); }

    bool expired() const { return state_->expired; }

private:
    struct state {
        explicit state(boost::asio::ip::tcp::socket& watched) : timer(watched.get_executor()), socket(&watched) {}

        boost::asio::steady_timer timer;
        boost::asio::ip::tcp::socket* socket;  // null once the watchdog is gone
        clock::time_point deadline = clock::time_point::max();
        bool waiting = false;
        bool expired = false;
    };

    static void wait(const std::shared_ptr<state>& self) {
        self->waiting = true;
        self->timer.expires_at(self->deadline);
        self->timer.async_wait([self](boost::system::error_code error) {
            if (error || !self->socket) return;
            self->waiting = false;
            if (self->deadline == clock::time_point::max()) return;
            if (self->deadline > clock::now()) return wait(self);
            self->expired = true;
            boost::system::error_code ignored;
            self->socket->close(ignored);
        });
    }

    std::shared_ptr<state> state_;
};

}  // namespace boxgate::runtime
