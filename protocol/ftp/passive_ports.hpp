#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace boxgate::ftp {

/// The ports that passive data connections may use, shared by all sessions of the process. 0 to 0: the kernel chooses.
/// The last quarter of a range is kept for clients that hold no port yet, so that no one client can take them all.
class passive_ports : public std::enable_shared_from_this<passive_ports> {
public:
    passive_ports(std::uint16_t first, std::uint16_t last) : first_(first), last_(last), next_(first) {}

    /// A listening socket that gives its port back when it goes.
    class lease {
    public:
        lease(std::shared_ptr<passive_ports> from, boost::asio::ip::tcp::acceptor acceptor, std::uint16_t port,
              std::string holder);
        ~lease();
        lease(const lease&) = delete;
        lease& operator=(const lease&) = delete;

        boost::asio::ip::tcp::acceptor& acceptor() { return acceptor_; }
        std::uint16_t port() const { return port_; }

    private:
        std::shared_ptr<passive_ports> from_;
        boost::asio::ip::tcp::acceptor acceptor_;
        std::uint16_t port_;
        std::string holder_;
    };

    /// Listens on `address` on the next free port, for the client `holder`; null if none is free for it.
    std::unique_ptr<lease> open(boost::asio::any_io_executor executor, const boost::asio::ip::address& address,
                                const std::string& holder);

    std::size_t in_use() const { return in_use_; }

private:
    std::optional<std::uint16_t> take(const std::string& holder);
    void give_back(std::uint16_t port, const std::string& holder);

    const std::uint16_t first_;
    const std::uint16_t last_;
    std::mutex mutex_;
    std::uint16_t next_;
    std::set<std::uint16_t> taken_;
    std::map<std::string, std::size_t> held_;  // by client
    std::atomic<std::size_t> in_use_ = 0;
};

}  // namespace boxgate::ftp
