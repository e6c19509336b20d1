#pragma once

#include "conf/runtime/log.hpp"
#include "conf/settings/settings.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace boxgate::server {

/// A few pages over plain HTTP/1.1 for those who watch: GET only, one request for each connection, nothing of it is
/// secret and nothing changes anything.
class monitor {
public:
    struct page {
        page(unsigned with_status, std::string with_body) : status(with_status), body(std::move(with_body)) {}

        unsigned status;
        std::string body;  ///< plain text
    };
    using page_function = std::function<boost::asio::awaitable<page>()>;

    /// `acceptors` listen already. `pages` are by path.
    monitor(std::vector<boost::asio::ip::tcp::acceptor> acceptors, std::map<std::string, page_function> pages,
            const runtime::log& log);

    void start();
    void stop();
    std::vector<std::uint16_t> ports() const;

private:
    struct shared;
    static boost::asio::awaitable<void> accept(std::shared_ptr<shared> with, std::size_t which);
    static boost::asio::awaitable<void> serve(std::shared_ptr<shared> with, boost::asio::ip::tcp::socket client);

    std::shared_ptr<shared> shared_;
};

}  // namespace boxgate::server
