// The part of session that looks at the time.
#include "protocol/ssh/session.hpp"

#include <algorithm>

namespace boxgate::ssh {

using namespace std::chrono_literals;

namespace {

constexpr auto closing_patience = 5s;   // for the last bytes before a disconnect
constexpr auto channel_patience = 30s;  // for a client without a channel

}  // namespace

void session::schedule_tick() {
    const auto& options = with_->options;
    const auto shortest = std::min({options.login_timeout, options.idle_timeout, options.transfer_timeout});
    tick_.expires_after(std::clamp<std::chrono::milliseconds>(shortest / 4, 10ms, 5s));
    tick_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        const auto self = weak.lock();
        if (error || !self || self->ended_) return;
        self->tick();
    });
}

void session::tick() {
    const auto now = clock::now();
    if (is_overdue(now)) return end();
    if (channel_ && channel_->waits_for_storage() && now - keepalive_at_ >= with_->options.keepalive / 2) {
        // Sends in one call and collects the answer in the next, so only every second one is seen by the client.
        ssh_send_keepalive(ssh_.get());
        keepalive_at_ = now;
    }
    if (channel_) channel_->trim();
    schedule_tick();
    wake();
}

// Whether the connection ends without further ado. What is told to the client goes through disconnect().
bool session::is_overdue(clock::time_point now) {
    const auto& options = with_->options;
    if (on_wire_.in_bytes != seen_in_) active_at_ = now;
    // What libssh holds goes out as the client takes it. If it holds nothing, the client's window may still be what is
    // full; then bytes of ours, such as keepalives, prove nothing.
    const auto given = channel_ ? channel_->given() : 0;
    const bool moves =
        backlog() > 0 ? on_wire_.out_bytes != seen_out_ : !channel_ || !channel_->has_output() || given != seen_given_;
    if (moves) progress_at_ = now;
    seen_in_ = on_wire_.in_bytes;
    seen_out_ = on_wire_.out_bytes;
    seen_given_ = given;
    if (!closing_.empty()) return now - closing_at_ >= closing_patience;
    if (login_) {
        if (now - accepted_at_ < options.login_timeout) return false;
        disconnect("nobody logged in in time");
        return login_->pending();
    }
    if (now - progress_at_ >= options.transfer_timeout) return true;
    if (channel_ && channel_->waits_for_storage()) {
        active_at_ = now;
        return false;
    }
    const auto patience =
        channel_ ? options.idle_timeout : std::min<std::chrono::milliseconds>(options.idle_timeout, channel_patience);
    if (now - active_at_ >= patience) disconnect("idle for too long");
    return false;
}

}  // namespace boxgate::ssh
