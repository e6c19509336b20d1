#include "conf/settings/ip_network.hpp"
#include "protocol/ftp/command.hpp"
#include "protocol/ftp/handlers.hpp"

#include <algorithm>

namespace boxgate::ftp {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// Listens where the client reached us; answers and returns 0 if no port is free.
asio::awaitable<std::uint16_t> listen(conversation& with) {
    with.data.clear();
    auto lease = with.with.passive->open(with.control.get_executor(), with.control.local_endpoint().address(),
                                         conf::client_network(with.control.remote_endpoint().address()));
    if (!lease) {
        with.with.log.warning("no_passive_port", {{"session", with.who.session}, {"peer", with.who.peer}});
        co_await with.replies.send(reply(425, "All passive ports are in use (ftp.passive_ports); try again"));
        co_return std::uint16_t(0);
    }
    const auto port = lease->port();
    with.data.listen(std::move(lease), with.with.options.passive_timeout);
    co_return port;
}

// Where we connect from: what the settings say, else the address that the client has reached us at.
tcp::endpoint active_source(const conversation& with) {
    const auto& source = with.with.options.active_source;
    const auto own = conf::unmapped(with.control.local_endpoint().address());
    boost::system::error_code error;
    auto address = asio::ip::make_address(source.address, error);
    if (error || address.is_unspecified() || address.is_v4() != own.is_v4()) address = own;
    return {address, source.port};
}

// A server that connects wherever it is told to is a tool for attacks on third parties (RFC 2577).
handled prepare_active(conversation& with, host_port where) {
    if (!with.with.options.active) {
        co_await with.replies.send(reply(502, "Active mode is switched off here; use PASV or EPSV"));
        co_return;
    }
    if (with.only_epsv) {
        co_await with.replies.send(reply(501, "Only EPSV after EPSV ALL"));
        co_return;
    }
    if (where.unknown_protocol) {
        co_await with.replies.send(reply(522, "Network protocol not supported, use (1,2)"));
        co_return;
    }
    boost::system::error_code error;
    auto address = asio::ip::make_address(where.address, error);
    if (error) {
        co_await with.replies.send(reply(501, "That is no address and port"));
        co_return;
    }
    const auto own = conf::unmapped(with.control.remote_endpoint().address());
    // Some clients (lftp over IPv6) do not know their address and send the unspecified one.
    if (address.is_unspecified() && address.is_v4() == own.is_v4()) address = own;
    if (address != own || where.port < 1024) {
        co_await with.replies.send(reply(504, "Only your own address, and no port below 1024"));
        co_return;
    }
    with.data.connect_to(tcp::endpoint(address, where.port), active_source(with));
    co_await with.replies.send(reply(200, "Will connect there"));
}

// "5,6" of a reply to PASV.
std::string port_fields(std::uint16_t port) {
    return std::to_string(port / 256) + "," + std::to_string(port % 256);
}

}  // namespace

handled do_pasv(conversation& with, std::string) {
    const auto own = with.control.local_endpoint().address();
    if (with.only_epsv || !conf::unmapped(own).is_v4()) {
        co_await with.replies.send(reply(425, "Use EPSV"));
        co_return;
    }
    const auto told = with.with.advertised->address_for(with.control.remote_endpoint().address(), own);
    if (!told) {
        co_await with.replies.send(reply(425, "The name in ftp.passive_address is not known to DNS; use EPSV"));
        co_return;
    }
    const auto port = co_await listen(with);
    if (port == 0) co_return;
    auto text = told->to_string();
    std::replace(text.begin(), text.end(), '.', ',');
    co_await with.replies.send(reply(227, "Entering Passive Mode (" + text + "," + port_fields(port) + ")"));
}

handled do_epsv(conversation& with, std::string argument) {
    const bool v4 = conf::unmapped(with.control.local_endpoint().address()).is_v4();
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

namespace {

// RFC 959 section 5.4: 504 for what the command knows and this server does not do, 501 for what is no value at all.
handled choose(conversation& with, bool known, std::string text) {
    co_await with.replies.send(reply(known ? 504 : 501, std::move(text)));
}

}  // namespace

handled do_type(conversation& with, std::string argument) {
    argument = upper(std::move(argument));
    if (argument == "A" || argument == "A N" || argument == "I" || argument == "L 8" || argument == "L8") {
        with.ascii = argument.front() == 'A';
        co_await with.replies.send(reply(200, "Type is " + argument));
        co_return;
    }
    const bool known =
        std::string("AEIL").find(argument.front()) != std::string::npos && (argument.size() == 1 || argument[1] == ' ');
    co_await choose(with, known, "Types are A, A N, I and L 8");
}

handled do_mode(conversation& with, std::string argument) {
    argument = upper(std::move(argument));
    const bool known = argument == "B" || argument == "C" || argument == "Z";
    if (argument == "S")
        co_await with.replies.send(reply(200, "Mode is stream"));
    else
        co_await choose(with, known, "The only mode is S");
}

handled do_stru(conversation& with, std::string argument) {
    argument = upper(std::move(argument));
    const bool known = argument == "R" || argument == "P";
    if (argument == "F")
        co_await with.replies.send(reply(200, "Structure is file"));
    else
        co_await choose(with, known, "The only structure is F");
}

}  // namespace boxgate::ftp
