#pragma once

#include "conf/runtime/log.hpp"
#include "conf/settings/settings.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <string>

namespace boxgate::server {

/// A listening socket. Accepted connections are born on the executor that `place` names for each, so that a session
/// starts out on its worker.
class listener {
public:
    using place_function = std::function<boost::asio::io_context::executor_type()>;
    using accept_function = std::function<void(boost::asio::ip::tcp::socket)>;  ///< called on the placed executor

    /// Binds and listens at once; throws boost::system::system_error, with the address in its text, if it cannot.
    listener(boost::asio::io_context& context, const conf::endpoint& where, std::string protocol,
             const runtime::log& log);

    /// Accepts until stop(). Survives running out of file descriptors by waiting a little.
    void start(place_function place, accept_function accept);
    void stop();

    boost::asio::ip::tcp::endpoint local_endpoint() const { return acceptor_.local_endpoint(); }
    const std::string& protocol() const { return protocol_; }

private:
    boost::asio::awaitable<void> run(place_function place, accept_function accept);

    boost::asio::ip::tcp::acceptor acceptor_;
    std::string protocol_;
    const runtime::log& log_;
};

}  // namespace boxgate::server
