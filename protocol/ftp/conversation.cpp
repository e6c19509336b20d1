#include "protocol/ftp/conversation.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace boxgate::ftp {

conversation::conversation(const services& shared, boost::asio::ip::tcp::socket socket, const std::string& session_name)
    : with(shared),
      control(std::move(socket)),
      lines(control, shared.options.longest_line),
      replies(control, shared.options.reply_timeout),
      who(session_name, "", conf::unmapped(control.remote_endpoint().address()).to_string(), "ftp"),
      names(std::make_shared<const charset>()),
      data(control.get_executor()),
      transfer(control, data),
      pause_(control.get_executor()) {}

boost::asio::awaitable<bool> conversation::wait(std::chrono::steady_clock::duration how_long) {
    using clock = std::chrono::steady_clock;
    const auto until = clock::now() + how_long;
    while (clock::now() < until && !control.peer_gone()) {
        pause_.expires_at(std::min(until, clock::now() + std::chrono::seconds(1)));
        co_await pause_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
    co_return !control.peer_gone();
}

boost::asio::awaitable<std::optional<storage::path>> conversation::path_of(std::string written) {
    const auto utf8 = names->to_utf8(written);
    if (!utf8) {
        const std::string hint = names->is_utf8() ? "; an account's `charset` tells boxgate how its clients write" : "";
        co_await replies.send(reply(553, "That name is not in " + names->name() + hint));
        co_return std::nullopt;
    }
    auto resolved = directory.resolve(*utf8);
    if (resolved.has_value()) co_return std::optional<storage::path>(std::move(*resolved));
    co_await replies.send(to_reply(resolved.error()));
    co_return std::nullopt;
}

boost::asio::awaitable<bool> conversation::start_tls() {
    tls = with.tls->current();
    net::tls_terms terms(tls, who.session, true);
    const auto error = co_await control.start_tls(std::move(terms), with.options.login_timeout);
    if (!error) {
        who.protocol = "ftps";
        co_return true;
    }
    with.log.info("tls_failed", {{"session", who.session}, {"peer", who.peer}, {"reason", error.message()}});
    control.close();
    ending = true;
    co_return false;
}

void conversation::log_out() {
    if (is_logged_in()) logged_out_at = std::chrono::steady_clock::now();
    files.reset();
    account.reset();
    slot.reset();
    user.clear();
    who.login.clear();
    directory = {};
    rename_from.reset();
    announced.reset();
    ascii = true;
    set_charset(std::make_shared<const charset>());
    data.clear();
}

}  // namespace boxgate::ftp
