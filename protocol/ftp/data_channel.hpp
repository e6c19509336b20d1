#pragma once

#include "protocol/ftp/passive_ports.hpp"
#include "protocol/net/stream.hpp"
#include "protocol/storage/failure.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>

namespace boxgate::ftp {

/// How the next data connection comes to be: we listen (PASV, EPSV) or we connect (PORT, EPRT). Used up by one
/// transfer.
class data_channel {
public:
    using tcp = boost::asio::ip::tcp;

    explicit data_channel(const boost::asio::any_io_executor& executor) : expiry_(executor) {}
    data_channel(const data_channel&) = delete;
    data_channel& operator=(const data_channel&) = delete;

    /// A port that is not used within `patience` goes back to the others.
    void listen(std::unique_ptr<passive_ports::lease> on, net::stream::clock::duration patience);
    /// `from` has port 0 where any will do.
    void connect_to(tcp::endpoint peer, tcp::endpoint from);
    bool is_prepared() const { return passive_ || active_; }
    /// Gives up what is being opened, or is prepared and will be: open() then fails, at once.
    void interrupt();
    void clear();

    /// The connection. Only `control_peer`'s address may connect; others are closed and waited past. With `terms` it
    /// is encrypted, and with `must_resume` as well it has to go on with the session of the control connection.
    /// errc::unavailable or timeout; errc::denied where it was not resumed; errc::aborted or unavailable if it was
    /// interrupted.
    boost::asio::awaitable<storage::result<std::unique_ptr<net::stream>>> open(tcp::endpoint control_peer,
                                                                               std::optional<net::tls_terms> terms,
                                                                               bool must_resume,
                                                                               net::stream::clock::duration patience);

private:
    struct active_mode {
        tcp::endpoint peer;
        tcp::endpoint from;
    };

    boost::asio::awaitable<storage::result<tcp::socket>> connection(tcp::endpoint control_peer,
                                                                    net::stream::clock::duration patience);

    std::unique_ptr<passive_ports::lease> passive_;
    std::optional<active_mode> active_;
    tcp::socket* connecting_ = nullptr;
    net::stream* securing_ = nullptr;  // in its handshake
    bool opening_ = false;
    bool interrupted_ = false;  // since listen() or connect_to()
    boost::asio::steady_timer expiry_;
    const std::shared_ptr<const bool> life_ = std::make_shared<const bool>(true);  // ends when this does
};

}  // namespace boxgate::ftp
