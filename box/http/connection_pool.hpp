#pragma once

#include "box/http/beast_transport.hpp"
#include "box/http/connection.hpp"
#include "box/http/origin.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <deque>
#include <map>
#include <memory>
#include <vector>

namespace boxgate::box::http {

/// The connections of one transport: a bounded number to each origin, kept between exchanges, and a line of those who
/// wait for one. Body streams may outlive the transport, so leases own the pool. Belongs to one executor.
class connection_pool : public std::enable_shared_from_this<connection_pool> {
public:
    /// The right to one of an origin's connections, and that connection. Its end gives the right to the next in line,
    /// and puts the connection back if it is `reusable`.
    class lease {
    public:
        lease(std::shared_ptr<connection_pool> from, origin where) : to(std::move(where)), from_(std::move(from)) {}
        lease(const lease&) = delete;
        lease& operator=(const lease&) = delete;
        ~lease() { from_->take_back(*this); }

        const origin to;
        std::unique_ptr<connection> conn;
        bool kept = false;      ///< the connection has served an exchange before
        bool reusable = false;  ///< an exchange has left it in order

    private:
        std::shared_ptr<connection_pool> from_;
    };

    connection_pool(boost::asio::any_io_executor executor, transport_options options)
        : executor_(std::move(executor)), options_(std::move(options)) {}

    /// An open connection: one from the shelf unless `fresh`, else a new one. Waits in line for at most `patience`
    /// where all are in use (errc::timeout), then for as long as connecting takes.
    boost::asio::awaitable<storage::result<std::unique_ptr<lease>>> acquire(origin to, bool fresh,
                                                                            connection::clock::duration patience);

private:
    class place_in_line;
    struct host {
        std::vector<std::unique_ptr<connection>> shelf;  // the youngest last
        std::size_t in_use = 0;
        std::deque<place_in_line*> line;
    };

    boost::asio::awaitable<std::unique_ptr<lease>> wait_for_turn(origin to, connection::clock::duration patience);
    void take_back(lease& ended) noexcept;
    void pass_on(host& where) noexcept;

    boost::asio::any_io_executor executor_;
    transport_options options_;
    std::map<origin, host> hosts_;
};

}  // namespace boxgate::box::http
