#include "protocol/ftp/command.hpp"
#include "protocol/ftp/handlers.hpp"

#include <algorithm>
#include <cctype>

namespace boxgate::ftp {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// Listens where the client reached us; answers and returns 0 if no port is free.
asio::awaitable<std::uint16_t> listen(conversation& with) {
    with.data.clear();
    auto lease = with.with.passive->open(with.control.get_executor(), with.control.local_endpoint().address());
    if (!lease) {
        with.with.log.warning("no_passive_port", {{"session", with.who.session}});
        co_await with.replies.send(reply(425, "All passive ports are in use; try again"));
        co_return std::uint16_t(0);
    }
    const auto port = lease->port();
    with.data.listen(std::move(lease));
    co_return port;
}

// A server that connects wherever it is told to is a tool for attacks on third parties (RFC 2577).
handled prepare_active(conversation& with, host_port where) {
    if (with.only_epsv) {
        co_await with.replies.send(reply(501, "Only EPSV after EPSV ALL"));
        co_return;
    }
    boost::system::error_code error;
    const auto address = asio::ip::make_address(where.address, error);
    if (error) {
        co_await with.replies.send(reply(501, "That is no address and port"));
        co_return;
    }
    if (address != plain(with.control.remote_endpoint().address()) || where.port < 1024) {
        co_await with.replies.send(reply(504, "Only your own address, and no port below 1024"));
        co_return;
    }
    with.data.connect_to(tcp::endpoint(address, where.port));
    co_await with.replies.send(reply(200, "Will connect there"));
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

}  // namespace

handled do_pasv(conversation& with, std::string) {
    const auto local = plain(with.control.local_endpoint().address());
    if (with.only_epsv || !local.is_v4()) {
        co_await with.replies.send(reply(425, "Use EPSV"));
        co_return;
    }
    const auto port = co_await listen(with);
    if (port == 0) co_return;
    std::string address = with.with.options.passive_address;
    if (address.empty()) address = local.to_string();
    std::replace(address.begin(), address.end(), '.', ',');
    co_await with.replies.send(reply(227, "Entering Passive Mode (" + address + "," + std::to_string(port / 256) + "," +
                                              std::to_string(port % 256) + ")"));
}

handled do_epsv(conversation& with, std::string argument) {
    const bool v4 = plain(with.control.local_endpoint().address()).is_v4();
    argument = upper(std::move(argument));
    if (argument == "ALL") {
        with.only_epsv = true;
        co_await with.replies.send(reply(200, "Only EPSV from now on"));
        co_return;
    }
    if (!argument.empty() && argument != (v4 ? "1" : "2")) {
        const std::string ours = v4 ? "(1)" : "(2)";
        co_await with.replies.send(reply(522, "The data connection is of the control connection's kind, use " + ours));
        co_return;
    }
    const auto port = co_await listen(with);
    if (port == 0) co_return;
    co_await with.replies.send(reply(229, "Entering Extended Passive Mode (|||" + std::to_string(port) + "|)"));
}

handled do_port(conversation& with, std::string argument) {
    co_await prepare_active(with, parse_port(argument));
}

handled do_eprt(conversation& with, std::string argument) {
    co_await prepare_active(with, parse_eprt(argument));
}

handled do_type(conversation& with, std::string argument) {
    argument = upper(std::move(argument));
    if (argument == "A" || argument == "A N" || argument == "I" || argument == "L 8" || argument == "L8") {
        with.ascii = argument.front() == 'A';
        co_await with.replies.send(reply(200, "Type is " + argument));
    } else {
        co_await with.replies.send(reply(504, "Types are A, I and L 8"));
    }
}

handled do_mode(conversation& with, std::string argument) {
    if (upper(std::move(argument)) == "S")
        co_await with.replies.send(reply(200, "Mode is stream"));
    else
        co_await with.replies.send(reply(504, "The only mode is S"));
}

handled do_stru(conversation& with, std::string argument) {
    if (upper(std::move(argument)) == "F")
        co_await with.replies.send(reply(200, "Structure is file"));
    else
        co_await with.replies.send(reply(504, "The only structure is F"));
}

}  // namespace boxgate::ftp
