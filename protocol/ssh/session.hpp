#pragma once

#include "protocol/ssh/channel.hpp"
#include "protocol/ssh/handles.hpp"
#include "protocol/ssh/login.hpp"
#include "protocol/ssh/services.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace boxgate::ssh {

/// One SSH connection. libssh does the protocol and owns a duplicate of the socket's descriptor; Asio keeps the socket
/// and only tells when it is ready. drive() is the single place from which libssh runs.
class session : public std::enable_shared_from_this<session> {
public:
    using ended_function = std::function<void()>;

    /// `ended` is called once, when nothing of the connection is left.
    session(boost::asio::ip::tcp::socket socket, std::shared_ptr<const services> with, std::string name,
            ended_function ended);

    /// Begins with the keys and lists of `bind`, which is not needed afterwards.
    void start(ssh_bind bind);

    /// Ends the connection: now, or as soon as nothing is under way.
    void stop(bool when_idle);

    /// Empty before the login.
    std::string login_name() const { return account_ ? account_->login : std::string(); }
    std::size_t open_handles() const { return channel_ ? channel_->open_handles() : 0; }

private:
    using clock = std::chrono::steady_clock;

    bool set_up(ssh_bind bind);
    void drive(bool may_read = true);
    bool advance();
    void answer_messages();
    void logged_in();
    void arm();
    void wake();
    std::function<void()> waker();
    void tick();
    void schedule_tick();
    bool is_overdue(clock::time_point now);
    std::int64_t backlog();
    void disconnect(const std::string& why);
    void end();

    static int on_message(ssh_session, ssh_message message, void* self);
    int take_message(ssh_message message);
    bool take_channel_request(ssh_message message);
    void tell_why_lost() const;

    boost::asio::ip::tcp::socket socket_;
    const std::shared_ptr<const services> with_;
    const std::string name_;
    std::string peer_;
    ended_function on_ended_;
    boost::asio::steady_timer tick_;

    session_handle ssh_;
    event_handle event_;
    ssh_counter_struct on_wire_{};  // bytes of the socket
    ssh_counter_struct packets_{};  // bytes and packets before encryption
    std::int64_t backlog_base_ = 0;
    std::shared_ptr<login> login_;
    std::shared_ptr<const auth::account> account_;
    std::shared_ptr<const void> slot_;
    std::unique_ptr<channel> channel_;
    std::vector<std::unique_ptr<channel>> over_;  // closed by the client, and not to be freed from within libssh

    bool read_armed_ = false;
    bool write_armed_ = false;
    bool wake_posted_ = false;
    bool draining_ = false;
    bool ended_ = false;
    std::string closing_;  // why the connection is to end once all is sent

    const clock::time_point accepted_at_;
    clock::time_point active_at_;
    clock::time_point progress_at_;
    clock::time_point keepalive_at_;
    clock::time_point closing_at_;
    std::uint64_t seen_in_ = 0;
    std::uint64_t seen_out_ = 0;
    std::uint64_t seen_given_ = 0;
};

}  // namespace boxgate::ssh
