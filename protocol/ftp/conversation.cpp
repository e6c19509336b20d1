#include "protocol/ftp/conversation.hpp"

namespace boxgate::ftp {

conversation::conversation(const services& shared, boost::asio::ip::tcp::socket socket, const std::string& session_name)
    : with(shared),
      control(std::move(socket)),
      lines(control, shared.options.longest_line),
      replies(control, shared.options.reply_timeout),
      who(session_name, "", plain(control.remote_endpoint().address()).to_string(), "ftp"),
      transfer(control, data) {}

boost::asio::awaitable<std::optional<storage::path>> conversation::path_of(std::string written) {
    auto resolved = directory.resolve(written);
    if (resolved.has_value()) co_return std::optional<storage::path>(std::move(*resolved));
    co_await replies.send(to_reply(resolved.error()));
    co_return std::nullopt;
}

void conversation::log_out() {
    files.reset();
    account.reset();
    slot.reset();
    user.clear();
    who.login.clear();
    directory = {};
    rename_from.reset();
    announced.reset();
    ascii = true;
    data.clear();
}

}  // namespace boxgate::ftp
