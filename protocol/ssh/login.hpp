#pragma once

#include "auth/authenticator.hpp"
#include "protocol/sftp/task_group.hpp"
#include "protocol/ssh/handles.hpp"
#include "protocol/ssh/services.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>

#include <functional>
#include <memory>
#include <string>

namespace boxgate::ssh {

/// The part of a session before somebody has logged in: service and authentication requests by password, by public key
/// (RFC 4252), and by keyboard-interactive (RFC 4256), which asks for the password and nothing else. A password is
/// checked elsewhere and takes its time; until it is answered nothing may be read from the client, so that it cannot
/// fill memory with further attempts.
///
/// Where an account needs both, the key comes first: whoever cannot show it learns neither that it is asked for nor
/// whether a password was right. Certificates are refused, as keys that nobody has.
class login : public std::enable_shared_from_this<login> {
public:
    /// `wake` is called when a pending answer has been given. `raw` may be used until close().
    login(ssh_session raw, const boost::asio::any_io_executor& executor, const services& with, std::string session,
          std::string peer, std::function<void()> wake);

    /// Answers one message from libssh's queue, now or later.
    void take(message_handle message);
    bool pending() const { return static_cast<bool>(waiting_); }

    /// Who has logged in; null before that.
    const std::shared_ptr<const auth::account>& account() const { return account_; }
    /// Why the connection must end; empty if it need not.
    const std::string& fault() const { return fault_; }

    /// Forgets a pending answer; to be called before the libssh session goes.
    void close();

private:
    void take_authentication(message_handle message);
    void take_password(message_handle message, const std::string& user, const char* password, const char* method);
    void take_interactive(message_handle message, const std::string& user);
    void take_public_key(message_handle message, const std::string& user);
    static boost::asio::awaitable<void> check_password(std::shared_ptr<login> self, std::string user,
                                                       conf::secret password, const char* method);
    boost::asio::awaitable<std::shared_ptr<const auth::account>> prove(std::string user, conf::secret password);
    void accept_key(const message_handle& message, std::shared_ptr<const auth::account> who);
    bool is_admitted(const auth::account& who) const;
    void accept(const message_handle& message, std::shared_ptr<const auth::account> who, const char* method);
    void refuse(const message_handle& message, const std::string& user, const char* method);

    ssh_session raw_;
    const services& with_;
    const std::string session_;
    const std::string peer_;
    boost::asio::ip::address address_;
    std::function<void()> wake_;
    sftp::task_group tasks_;
    message_handle waiting_;  // its answer is being worked out
    std::shared_ptr<const auth::account> account_;
    std::string prompted_;       // who was asked for a password by keyboard-interactive
    std::string key_shown_for_;  // who has shown a key and now needs the password
    unsigned tries_ = 0;
    unsigned key_offers_ = 0;
    unsigned requests_ = 0;
    std::string fault_;
};

}  // namespace boxgate::ssh
