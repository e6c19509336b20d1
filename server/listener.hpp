#pragma once

#include "conf/runtime/log.hpp"
#include "conf/settings/settings.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <string>
#include <vector>

namespace boxgate::server {

/// All addresses that the settings have something listen on.
std::vector<conf::endpoint> listened_on(const conf::gateway_settings& settings);

/// Binds and listens. [::] takes IPv4 too, so that one line in the settings is enough, unless another one of `all`
/// wants that port of IPv4. Throws boost::system::system_error, with the address in its text.
boost::asio::ip::tcp::acceptor open_acceptor(const boost::asio::any_io_executor& executor, const conf::endpoint& where,
                                             const std::vector<conf::endpoint>& all);

/// A listening socket. Accepted connections are born on the executor that `place` names for each, so that a session
/// starts out on its worker.
class listener {
public:
    using place_function = std::function<boost::asio::io_context::executor_type()>;
    using accept_function = std::function<void(boost::asio::ip::tcp::socket)>;  ///< called on the placed executor

    /// `acceptor` listens already.
    listener(boost::asio::ip::tcp::acceptor acceptor, std::string protocol, const runtime::log& log)
        : acceptor_(std::move(acceptor)), protocol_(std::move(protocol)), log_(log) {}

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
