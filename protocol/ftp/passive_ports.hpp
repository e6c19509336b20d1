#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

namespace boxgate::ftp {

/// The ports that passive data connections may use, shared by all sessions of the process. 0 to 0: the kernel chooses.
class passive_ports : public std::enable_shared_from_this<passive_ports> {
public:
    passive_ports(std::uint16_t first, std::uint16_t last) : first_(first), last_(last), next_(first) {}

    /// A listening socket that gives its port back when it goes.
    class lease {
    public:
        lease(std::shared_ptr<passive_ports> from, boost::asio::ip::tcp::acceptor acceptor, std::uint16_t port);
        ~lease();
        lease(const lease&) = delete;
        lease& operator=(const lease&) = delete;

        boost::asio::ip::tcp::acceptor& acceptor() { return acceptor_; }
        std::uint16_t port() const { return port_; }

    private:
        std::shared_ptr<passive_ports> from_;
        boost::asio::ip::tcp::acceptor acceptor_;
        std::uint16_t port_;
    };

    /// Listens on `address` on the next free port; null if none is.
    std::unique_ptr<lease> open(boost::asio::any_io_executor executor, const boost::asio::ip::address& address);

    std::size_t in_use() const { return in_use_; }

private:
    std::optional<std::uint16_t> take();
    void give_back(std::uint16_t port);

    const std::uint16_t first_;
    const std::uint16_t last_;
    std::mutex mutex_;
    std::uint16_t next_;
    std::set<std::uint16_t> taken_;
    std::atomic<std::size_t> in_use_ = 0;
};

}  // namespace boxgate::ftp
