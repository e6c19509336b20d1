#include "protocol/ssh/session.hpp"

#include "protocol/ssh/algorithms.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

namespace boxgate::ssh {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// What libssh may do for one session before others get their turn: so many reads of 4 KiB, and so many packets, of
// which a flooding client gets fifty into one read.
constexpr int turns_before_others = 64;
constexpr std::uint64_t packets_before_others = 16;
constexpr std::int64_t packet_overhead = 28;  // length, padding and MAC of a small packet, roughly

}  // namespace

session::session(tcp::socket socket, std::shared_ptr<const services> with, std::string name, ended_function ended)
    : socket_(std::move(socket)),
      with_(std::move(with)),
      name_(std::move(name)),
      on_ended_(std::move(ended)),
      tick_(socket_.get_executor()),
      accepted_at_(clock::now()),
      active_at_(accepted_at_),
      progress_at_(accepted_at_),
      keepalive_at_(accepted_at_) {
    boost::system::error_code gone;
    const auto endpoint = socket_.remote_endpoint(gone);
    if (!gone) peer_ = endpoint.address().to_string();
}

void session::start(ssh_bind bind) {
    if (!set_up(bind)) {
        with_->log.warning("session_failed", {{"session", name_}, {"protocol", "sftp"}, {"peer", peer_}});
        return end();
    }
    with_->log.debug("session_opened", {{"session", name_}, {"protocol", "sftp"}, {"peer", peer_}});
    login_ = std::make_shared<login>(ssh_.get(), socket_.get_executor(), *with_, name_, peer_, waker());
    schedule_tick();
    drive();
}

// The order of these calls is the one that works: the session's poll context exists only after the first call of
// ssh_handle_key_exchange.
bool session::set_up(ssh_bind bind) {
    boost::system::error_code error;
    socket_.native_non_blocking(true, error);
    if (error) return false;
    socket_.set_option(tcp::no_delay(true), error);
    socket_.set_option(asio::socket_base::keep_alive(true), error);
    const int idle_seconds = 60;
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_KEEPIDLE, &idle_seconds, sizeof idle_seconds);
    ssh_.reset(ssh_new());
    if (!ssh_) return false;
    ssh_set_blocking(ssh_.get(), 0);
    ssh_options_set(ssh_.get(), SSH_OPTIONS_COMPRESSION_C_S, no_compression);
    ssh_options_set(ssh_.get(), SSH_OPTIONS_COMPRESSION_S_C, no_compression);
    if (with_->options.rekey_bytes != 0) {
        ssh_options_set(ssh_.get(), SSH_OPTIONS_REKEY_DATA, &with_->options.rekey_bytes);
    }
    const int duplicate = ::fcntl(socket_.native_handle(), F_DUPFD_CLOEXEC, 0);
    if (duplicate < 0) return false;
    if (ssh_bind_accept_fd(bind, ssh_.get(), duplicate) != SSH_OK) {
        if (ssh_get_fd(ssh_.get()) != duplicate) ::close(duplicate);
        return false;
    }
    ssh_set_counters(ssh_.get(), &on_wire_, &packets_);
    event_.reset(ssh_event_new());
    if (!event_ || ssh_handle_key_exchange(ssh_.get()) == SSH_ERROR) return false;
    return ssh_event_add_session(event_.get(), ssh_.get()) == SSH_OK;
}

void session::drive(bool may_read) {
    if (ended_) return;
    bool more = may_read;
    const auto enough = packets_.in_packets + packets_before_others;
    for (int turn = 0; more && turn < turns_before_others && packets_.in_packets < enough; ++turn) {
        // While a password is being checked nothing more is read: libssh would queue attempts without end.
        if (login_ && login_->pending()) break;
        const int polled = ssh_event_dopoll(event_.get(), 0);
        if (polled == SSH_ERROR || !ssh_is_connected(ssh_.get())) {
            tell_why_lost();
            return end();
        }
        if (!advance()) return;
        more = polled != SSH_AGAIN;
    }
    if (!may_read && !advance()) return;
    if (more && !(login_ && login_->pending())) {
        wake();
    } else {
        arm();
    }
}

// Clients show the end of a key exchange without common ground as a lost connection. The operator is told what to do.
void session::tell_why_lost() const {
    const std::string_view reason = ssh_get_error(ssh_.get());
    if (!login_ || reason.find("kex error") == std::string_view::npos) return;
    with_->log.warning("key_exchange_failed",
                       {{"session", name_},
                        {"protocol", "sftp"},
                        {"peer", peer_},
                        {"reason", reason},
                        {"hint", with_->options.old_clients ? "the client is too old"
                                                            : "old clients need sftp.algorithms: compatible"}});
}

// Everything that is not libssh's own turn. False once the session has ended.
bool session::advance() {
    over_.clear();
    if (login_) answer_messages();
    if (login_ && !login_->fault().empty()) disconnect(login_->fault());
    if (login_ && on_wire_.in_bytes > with_->options.max_bytes_before_login) disconnect("too much data before login");
    if (channel_) {
        const bool goes_on = channel_->pump();
        if (!channel_->fault().empty()) disconnect(channel_->fault());
        if (!goes_on) {
            channel_.reset();
            active_at_ = clock::now();
        }
    }
    if (draining_ && !login_ && !(channel_ && channel_->busy())) {
        if (channel_) channel_->finish(0);
        disconnect("the server is shutting down");
    }
    // ssh_disconnect() closes at once: its own message is lost unless the socket is known to take it.
    const bool all_sent = !((ssh_get_status(ssh_.get()) | ssh_get_poll_flags(ssh_.get())) & SSH_WRITE_PENDING);
    if (!closing_.empty() && all_sent) {
        channel_.reset();
        ssh_session_set_disconnect_message(ssh_.get(), closing_.c_str());
        ssh_disconnect(ssh_.get());
        end();
        return false;
    }
    return true;
}

void session::arm() {
    // A client that asks but does not read is not read either until it has taken what is waiting.
    const bool too_much_waiting = backlog() > static_cast<std::int64_t>(with_->options.max_backlog);
    const bool busy_with_login = login_ && login_->pending();
    if (!read_armed_ && !too_much_waiting && !busy_with_login) {
        read_armed_ = true;
        socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](boost::system::error_code error) {
            self->read_armed_ = false;
            if (!error) self->drive();
        });
    }
    if (!write_armed_ && (ssh_get_poll_flags(ssh_.get()) & SSH_WRITE_PENDING)) {
        write_armed_ = true;
        socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](boost::system::error_code error) {
            self->write_armed_ = false;
            if (!error) self->drive();
        });
    }
}

void session::wake() {
    if (wake_posted_ || ended_) return;
    wake_posted_ = true;
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
        self->wake_posted_ = false;
        const auto most = static_cast<std::int64_t>(self->with_->options.max_backlog);
        self->drive(self->ended_ || self->backlog() <= most);
    });
}

std::function<void()> session::waker() {
    return [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->wake();
    };
}

// How much libssh holds for a client that does not take it: it tells only whether that is nothing. So what went in is
// compared with what went out, from the last moment on when nothing was left.
std::int64_t session::backlog() {
    if (!ssh_) return 0;
    const auto put_in = static_cast<std::int64_t>(packets_.out_bytes) +
                        packet_overhead * static_cast<std::int64_t>(packets_.out_packets);
    const auto difference = put_in - static_cast<std::int64_t>(on_wire_.out_bytes);
    if (!(ssh_get_status(ssh_.get()) & SSH_WRITE_PENDING)) backlog_base_ = difference;
    return difference - backlog_base_;
}

void session::stop(bool when_idle) {
    if (ended_) return;
    if (!when_idle) return end();
    draining_ = true;
    if (login_) return end();
    wake();
}

void session::disconnect(const std::string& why) {
    if (!closing_.empty()) return;
    closing_ = why;
    closing_at_ = clock::now();
    with_->log.info("disconnected", {{"session", name_}, {"protocol", "sftp"}, {"peer", peer_}, {"reason", why}});
}

// Not to be called from within libssh. libssh closes its own descriptor; the socket keeps the number that Asio watches
// until after that.
void session::end() {
    if (std::exchange(ended_, true)) return;
    const auto self = shared_from_this();
    tick_.cancel();
    if (login_) login_->close();
    login_.reset();
    channel_.reset();
    over_.clear();
    if (event_ && ssh_) ssh_event_remove_session(event_.get(), ssh_.get());
    event_.reset();
    ssh_.reset();
    boost::system::error_code ignored;
    socket_.close(ignored);
    with_->log.debug("session_closed", {{"session", name_},
                                        {"protocol", "sftp"},
                                        {"peer", peer_},
                                        {"bytes_in", on_wire_.in_bytes},
                                        {"bytes_out", on_wire_.out_bytes}});
    if (on_ended_) on_ended_();
}

}  // namespace boxgate::ssh
