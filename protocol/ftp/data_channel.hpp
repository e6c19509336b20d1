#pragma once

#include "protocol/ftp/passive_ports.hpp"
#include "protocol/net/stream.hpp"
#include "protocol/storage/failure.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>

namespace boxgate::ftp {

/// An IPv4 address that came in over an IPv6 socket, as IPv4.
boost::asio::ip::address plain(const boost::asio::ip::address& address);

/// How the next data connection comes to be: we listen (PASV, EPSV) or we connect (PORT, EPRT). Used up by one
/// transfer.
class data_channel {
public:
    void listen(std::unique_ptr<passive_ports::lease> on) {
        clear();
        passive_ = std::move(on);
    }
    void connect_to(boost::asio::ip::tcp::endpoint peer) {
        clear();
        active_ = peer;
    }
    bool is_prepared() const { return passive_ || active_; }
    /// Gives up what is being opened: open() then fails.
    void interrupt();
    void clear() {
        passive_.reset();
        active_.reset();
    }

    /// The connection. Only `control_peer`'s address may connect; others are closed and waited past. With `tls` it is
    /// encrypted. errc::unavailable or timeout.
    boost::asio::awaitable<storage::result<std::unique_ptr<net::stream>>> open(
        boost::asio::ip::tcp::endpoint control_local, boost::asio::ip::tcp::endpoint control_peer,
        std::shared_ptr<boost::asio::ssl::context> tls, net::stream::clock::duration patience);

private:
    std::unique_ptr<passive_ports::lease> passive_;
    std::optional<boost::asio::ip::tcp::endpoint> active_;
    boost::asio::ip::tcp::socket* connecting_ = nullptr;
};

}  // namespace boxgate::ftp
