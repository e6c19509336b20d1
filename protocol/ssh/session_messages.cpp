// The part of session that answers what a client asks of SSH itself.
#include "protocol/ssh/session.hpp"

#include <libssh/callbacks.h>

#include <cstring>

namespace boxgate::ssh {

namespace {

constexpr int refused = 1;  // by take_message()
constexpr int answered = 0;

}  // namespace

void session::answer_messages() {
    while (login_ && !login_->pending()) {
        if (login_->account()) return logged_in();
        message_handle message(ssh_message_get(ssh_.get()));
        if (!message) return;
        login_->take(std::move(message));
        if (!login_->fault().empty()) return;
    }
}

// From here on messages are answered at once: no queue for a client to fill, and no message that outlives its channel.
void session::logged_in() {
    const auto who = login_->account();
    ssh_set_message_callback(ssh_.get(), on_message, this);
    active_at_ = clock::now();
    account_ = who;
    login_->close();
    login_.reset();
    slot_ = who->max_sessions != 0 ? with_->slots.take(who->login, who->max_sessions) : with_->slots.take(who->login);
    if (!slot_) disconnect("this login has too many sessions open");
    // A quick client has answered the success before this was called: what it asked for is in the queue.
    while (const message_handle early{ssh_message_get(ssh_.get())}) {
        if (take_message(early.get()) == refused) ssh_message_reply_default(early.get());
    }
}

int session::on_message(ssh_session, ssh_message message, void* self) {
    return static_cast<session*>(self)->take_message(message);
}

// 1 makes libssh send the refusal that fits the message.
int session::take_message(ssh_message message) {
    if (ended_ || login_ || !closing_.empty()) return refused;
    switch (ssh_message_type(message)) {
        case SSH_REQUEST_CHANNEL_OPEN: {
            // The last one's end may have come in the same packet of the network, and is looked at later.
            if (channel_ && channel_->is_closed_by_client()) over_.push_back(std::move(channel_));
            if (ssh_message_subtype(message) != SSH_CHANNEL_SESSION || channel_ || draining_) return refused;
            const auto raw = ssh_message_channel_request_open_reply_accept(message);
            if (!raw) return refused;
            storage::call_context context(name_, account_->login, peer_, "sftp");
            channel_ = std::make_unique<channel>(ssh_.get(), raw, socket_.get_executor(), *with_, account_,
                                                 std::move(context), waker());
            return answered;
        }
        case SSH_REQUEST_CHANNEL:
            if (!channel_ || !take_channel_request(message)) return refused;
            ssh_message_channel_request_reply_success(message);
            return answered;
        default:
            return refused;
    }
}

bool session::take_channel_request(ssh_message message) {
    switch (ssh_message_subtype(message)) {
        case SSH_CHANNEL_REQUEST_SUBSYSTEM: {
            const char* subsystem = ssh_message_channel_request_subsystem(message);
            return subsystem && std::strcmp(subsystem, "sftp") == 0 && channel_->start_subsystem();
        }
        case SSH_CHANNEL_REQUEST_EXEC: {
            const char* command = ssh_message_channel_request_command(message);
            const bool is_scp = command && std::strncmp(command, "scp ", 4) == 0;
            return channel_->explain(is_scp ? "the old scp protocol is not served here; use scp of OpenSSH 9 or later "
                                              "without -O, scp -s of 8.7 or 8.8, or sftp"
                                            : "only SFTP is served here, no commands; use sftp or another SFTP client");
        }
        case SSH_CHANNEL_REQUEST_SHELL:
            return channel_->explain("only SFTP is served here, no shell; use sftp or another SFTP client");
        default:
            return false;
    }
}

}  // namespace boxgate::ssh
