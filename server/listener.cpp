#include "server/listener.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <memory>

namespace boxgate::server {

namespace asio = boost::asio;
using asio::ip::tcp;

std::vector<conf::endpoint> listened_on(const conf::gateway_settings& settings) {
    std::vector<conf::endpoint> all;
    for (const auto* some : {&settings.ftp.listen, &settings.ftp.tls.implicit_listen, &settings.sftp.listen,
                             &settings.monitoring.listen}) {
        all.insert(all.end(), some->begin(), some->end());
    }
    return all;
}

tcp::acceptor open_acceptor(const asio::any_io_executor& executor, const conf::endpoint& where,
                            const std::vector<conf::endpoint>& all) {
    try {
        const tcp::endpoint endpoint(asio::ip::make_address(where.address), where.port);
        tcp::acceptor acceptor(executor, endpoint.protocol());
        acceptor.set_option(tcp::acceptor::reuse_address(true));
        const bool shared = std::any_of(all.begin(), all.end(), [&](const conf::endpoint& one) {
            return one.port == where.port && asio::ip::make_address(one.address).is_v4();
        });
        if (endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(shared));
        acceptor.bind(endpoint);
        acceptor.listen(1024);
        return acceptor;
    } catch (const boost::system::system_error& error) {
        throw boost::system::system_error(error.code(),
                                          "cannot listen on " + where.address + " port " + std::to_string(where.port));
    }
}

void listener::start(place_function place, accept_function accept) {
    asio::co_spawn(acceptor_.get_executor(), run(std::move(place), std::move(accept)), asio::detached);
}

void listener::stop() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
}

asio::awaitable<void> listener::run(place_function place, accept_function accept) {
    asio::steady_timer pause(acceptor_.get_executor());
    while (acceptor_.is_open()) {
        const auto executor = place();
        auto [error, socket] = co_await acceptor_.async_accept(executor, asio::as_tuple(asio::use_awaitable));
        if (error == asio::error::operation_aborted || !acceptor_.is_open()) break;
        if (error) {
            // Mostly EMFILE: the connection stays in the kernel's queue until another session has ended.
            log_.warning("accept_failed", {{"protocol", protocol_}, {"reason", error.message()}});
            pause.expires_after(std::chrono::milliseconds(200));
            co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
            continue;
        }
        auto shared = std::make_shared<tcp::socket>(std::move(socket));
        asio::post(executor, [accept, shared] { accept(std::move(*shared)); });
    }
}

}  // namespace boxgate::server
