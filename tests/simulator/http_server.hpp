#pragma once

#include "tests/simulator/http.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

namespace boost::asio::ssl {
class context;
}

namespace box_simulator {

/// A plain, blocking HTTP/1.1 server: a thread per connection. Knows nothing of Box.
class http_server {
public:
    /// `address` is "127.0.0.1:0" or the like; with `tls` it speaks TLS only. `date` gives the Date header's time.
    http_server(const std::string& address, std::shared_ptr<boost::asio::ssl::context> tls, http_handler handler,
                std::function<std::chrono::system_clock::time_point()> date);
    ~http_server();

    std::uint16_t port() const { return port_; }
    void start();
    void stop();  ///< closes every connection and joins every thread

    /// Connections from these local ports come through the CONNECT proxy.
    void expect_from_proxy(std::uint16_t local_port);
    void forget_proxied(std::uint16_t local_port);

private:
    void accept_all();
    void serve(std::shared_ptr<boost::asio::ip::tcp::socket> socket, std::uint64_t number);
    template <class Stream>
    void serve_stream(Stream& stream, std::uint64_t number, bool proxied);

    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_;
    std::shared_ptr<boost::asio::ssl::context> tls_;
    http_handler handler_;
    std::function<std::chrono::system_clock::time_point()> date_;
    std::atomic<bool> stopping_ = false;
    std::thread acceptor_thread_;
    std::mutex mutex_;
    std::set<std::uint16_t> proxied_ports_;
    std::list<std::weak_ptr<boost::asio::ip::tcp::socket>> sockets_;
    std::list<std::pair<std::thread, std::shared_ptr<std::atomic<bool>>>> threads_;  // each with "it has ended"
};

/// "127.0.0.1:8080" -> an endpoint; throws std::runtime_error.
boost::asio::ip::tcp::endpoint parse_endpoint(const std::string& address);

}  // namespace box_simulator
