#pragma once

#include "protocol/ftp/command.hpp"
#include "protocol/ftp/command_table.hpp"
#include "protocol/ftp/conversation.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace boxgate::ftp {

/// One control connection, from the greeting to its end: reads commands, serves them one after another, and reads on
/// while a transfer runs beside it. Belongs to one executor.
class session : public std::enable_shared_from_this<session> {
public:
    /// `ended` is called once, when nothing of the session is left running. With `implicit_tls` the connection begins
    /// with a TLS handshake.
    session(boost::asio::ip::tcp::socket socket, std::shared_ptr<const services> with, const std::string& name,
            bool implicit_tls, std::function<void()> ended);

    void start();

    /// Ends the session: now, or as soon as no command and no transfer is under way.
    void stop(bool when_idle);

    /// Empty before the login.
    const std::string& login() const { return conversation_.who.login; }

private:
    using clock = std::chrono::steady_clock;

    boost::asio::awaitable<void> run();
    boost::asio::awaitable<void> converse();
    boost::asio::awaitable<bool> read_command(command& into);
    boost::asio::awaitable<void> serve(command what);
    boost::asio::awaitable<bool> may_run(const command_row* row, const command& what);
    boost::asio::awaitable<void> transfer(const command_row& row, std::string argument);
    boost::asio::awaitable<void> greet();
    boost::asio::awaitable<void> say_goodbye(std::string why);
    boost::asio::awaitable<void> watch_clock();
    clock::time_point quiet_until() const;

    const std::shared_ptr<const services> with_;
    conversation conversation_;
    const std::function<void()> ended_;
    const bool implicit_tls_;
    boost::asio::steady_timer clock_;
    clock::time_point last_moved_ = clock::now();  // when a command or a transfer has ended
    bool serving_ = true;                          // a command, or the greeting
    bool ended_already_ = false;
    bool draining_ = false;
};

}  // namespace boxgate::ftp
