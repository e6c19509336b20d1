#include "protocol/ftp/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

namespace boxgate::ftp {

namespace asio = boost::asio;

namespace {

// Passwords never reach a log; what may be one does not, either.
std::string for_log(const command& what) {
    return what.verb == "PASS" || what.verb == "ACCT" ? std::string("***") : what.argument;
}

// STAT of a directory is a listing: it waits for a transfer's end like every other.
bool is_answered_in_transfer(const command_row* row, const command& what) {
    return row && has(row->flags, command_flags::in_transfer) && (row->verb != "STAT" || what.argument.empty());
}

}  // namespace

session::session(asio::ip::tcp::socket socket, std::shared_ptr<const services> with, const std::string& name,
                 bool implicit_tls, std::function<void()> ended)
    : with_(std::move(with)),
      conversation_(*with_, std::move(socket), name),
      ended_(std::move(ended)),
      implicit_tls_(implicit_tls),
      clock_(conversation_.control.get_executor()) {}

void session::start() {
    asio::co_spawn(conversation_.control.get_executor(), run(), asio::detached);
    asio::co_spawn(conversation_.control.get_executor(), watch_clock(), asio::detached);
}

void session::stop(bool when_idle) {
    draining_ = true;
    if (!when_idle) {
        conversation_.transfer.abort();
        conversation_.control.close();
        conversation_.stop_waiting();
        return;
    }
    if (!serving_ && !conversation_.transfer.is_running()) {
        asio::co_spawn(conversation_.control.get_executor(), say_goodbye("The server is shutting down"),
                       asio::detached);
    }
}

asio::awaitable<void> session::say_goodbye(std::string why) {
    const auto self = shared_from_this();
    if (conversation_.ending) co_return;
    conversation_.ending = true;
    co_await conversation_.replies.send(reply(421, std::move(why)));
    co_await conversation_.control.finish(std::chrono::seconds(1));
}

asio::awaitable<void> session::run() {
    const auto self = shared_from_this();
    const auto& who = conversation_.who;
    with_->log.debug("session_start", {{"session", who.session}, {"protocol", who.protocol}, {"peer", who.peer}});
    try {
        co_await converse();
    } catch (const std::exception& error) {
        with_->log.error("session_broke", {{"session", who.session}, {"reason", error.what()}});
    }
    conversation_.transfer.abort();
    conversation_.control.close();
    co_await conversation_.transfer.wait_for_end();
    with_->log.debug("session_end", {{"session", who.session}, {"login", who.login}});
    conversation_.log_out();
    ended_already_ = true;
    clock_.cancel();
    ended_();
}

// Before the login there is one deadline for all of it; afterwards the clock stands while something is under way.
session::clock::time_point session::quiet_until() const {
    const auto& how = with_->options;
    if (!conversation_.is_logged_in()) return conversation_.logged_out_at + how.login_timeout;
    const bool busy = serving_ || conversation_.transfer.is_running();
    return (busy ? clock::now() : last_moved_) + how.idle_timeout;
}

asio::awaitable<void> session::watch_clock() {
    const auto self = shared_from_this();
    while (!ended_already_ && !conversation_.ending) {
        const auto until = quiet_until();
        if (until <= clock::now()) {
            const auto limit =
                conversation_.is_logged_in() ? with_->options.idle_timeout : with_->options.login_timeout;
            const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit).count();
            with_->log.info("session_timed_out", {{"session", conversation_.who.session}, {"seconds", seconds}});
            co_await say_goodbye("Nothing came for " + std::to_string(seconds) + " s");
            conversation_.stop_waiting();
            break;
        }
        clock_.expires_at(until);
        co_await clock_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

asio::awaitable<void> session::greet() {
    std::vector<std::string> lines;
    std::string_view rest = with_->options.welcome;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('\n'), rest.size());
        lines.push_back(printable(std::string(rest.substr(0, end))));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (lines.empty())
        co_await conversation_.replies.send(reply(220, "boxgate ready"));
    else
        co_await conversation_.replies.send_lines(220, "Welcome", std::move(lines), "boxgate ready");
}

asio::awaitable<void> session::converse() {
    if (implicit_tls_) {
        if (!co_await conversation_.start_tls()) co_return;
        // Clients of this kind are older than PROT.
        conversation_.protect_data = true;
    }
    co_await greet();
    while (!conversation_.ending) {
        command next;
        if (!co_await read_command(next)) break;
        serving_ = true;
        const bool was_logged_in = conversation_.is_logged_in();
        co_await serve(std::move(next));
        last_moved_ = clock::now();
        // Another limit holds now: watch_clock() has to look again.
        if (conversation_.is_logged_in() != was_logged_in) clock_.cancel();
        if (draining_ && !conversation_.transfer.is_running()) co_await say_goodbye("The server is shutting down");
    }
    if (conversation_.control.peer_gone()) co_return;
    co_await conversation_.control.finish(std::chrono::seconds(2));
}

asio::awaitable<bool> session::read_command(command& into) {
    std::string line;
    while (true) {
        serving_ = false;
        const auto outcome = co_await conversation_.lines.next(line, clock::duration::max());
        switch (outcome) {
            case net::line_reader::outcome::line:
                into = parse_command(line);
                co_return true;
            case net::line_reader::outcome::too_long:
                co_await conversation_.replies.send(reply(500, "That line is too long"));
                break;
            case net::line_reader::outcome::timed_out:
            case net::line_reader::outcome::closed:
                co_return false;
        }
    }
}

asio::awaitable<bool> session::may_run(const command_row* row, const command& what) {
    auto& replies = conversation_.replies;
    if (!row) {
        co_await replies.send(reply(500, "Unknown command " + printable(what.verb.substr(0, 20))));
    } else if (has(row->flags, command_flags::refused)) {
        co_await replies.send(reply(502, std::string(row->verb) + " is not supported"));
    } else if (has(row->flags, command_flags::needs_login) && !conversation_.is_logged_in()) {
        co_await replies.send(reply(530, "Log in first"));
    } else if (has(row->flags, command_flags::needs_argument) && what.argument.empty()) {
        co_await replies.send(reply(501, "Syntax: " + std::string(row->syntax)));
    } else {
        co_return true;
    }
    co_return false;
}

asio::awaitable<void> session::serve(command what) {
    const auto* const row = find_command(what.verb);
    if (!is_answered_in_transfer(row, what)) {
        co_await conversation_.transfer.wait_for_end();
        if (conversation_.ending) co_return;
    }
    with_->log.debug("command", {{"session", conversation_.who.session},
                                 {"verb", printable(what.verb.substr(0, 20))},
                                 {"argument", for_log(what)}});
    if (!co_await may_run(row, what)) co_return;
    // RNFR counts for the very next command only.
    if (row->verb != "RNTO" && !has(row->flags, command_flags::in_transfer)) conversation_.rename_from.reset();
    if (has(row->flags, command_flags::transfers)) {
        conversation_.transfer.begin(std::string(row->verb));
        asio::co_spawn(conversation_.control.get_executor(), transfer(*row, std::move(what.argument)), asio::detached);
        co_return;
    }
    co_await row->carry_out(conversation_, std::move(what.argument));
}

asio::awaitable<void> session::transfer(const command_row& row, std::string argument) {
    const auto self = shared_from_this();
    try {
        co_await row.carry_out(conversation_, std::move(argument));
    } catch (const std::exception& error) {
        with_->log.error("session_broke", {{"session", conversation_.who.session}, {"reason", error.what()}});
        conversation_.control.close();
    }
    conversation_.transfer.end();
    last_moved_ = clock::now();
    if (draining_ && !serving_) co_await say_goodbye("The server is shutting down");
}

}  // namespace boxgate::ftp
