#pragma once

#include "tests/simulator/http_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace box_simulator {

/// An HTTP proxy that knows only CONNECT, and leads Box's host names to the simulator, so that clients with fixed names
/// reach it through https_proxy.
class connect_proxy {
public:
    /// `credentials` is "user:password", or empty for none. `target` outlives the proxy.
    connect_proxy(const std::string& address, std::string credentials, http_server& target);
    ~connect_proxy();

    std::uint16_t port() const { return port_; }
    void start();
    void stop();

private:
    void accept_all();
    void serve(std::shared_ptr<boost::asio::ip::tcp::socket> client);

    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_;
    std::string credentials_;
    http_server& target_;
    std::atomic<bool> stopping_ = false;
    std::thread acceptor_thread_;
    std::mutex mutex_;
    std::list<std::weak_ptr<boost::asio::ip::tcp::socket>> sockets_;
    std::list<std::thread> threads_;
};

}  // namespace box_simulator
