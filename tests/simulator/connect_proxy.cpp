#include "tests/simulator/connect_proxy.hpp"

#include "tests/simulator/digest.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <sys/socket.h>
#include <vector>

namespace box_simulator {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

void pump(tcp::socket& from, tcp::socket& to) {
    std::vector<char> buffer(256 * 1024);
    error_code error;
    while (!error) {
        const auto n = from.read_some(asio::buffer(buffer), error);
        if (n > 0) asio::write(to, asio::buffer(buffer.data(), n), error);
    }
    ::shutdown(to.native_handle(), SHUT_WR);
}

bool is_box(const std::string& target) {
    for (const char* name : {"api.box.com:443", "upload.box.com:443", "dl.boxcloud.com:443", "account.box.com:443",
                             "2.realtime.services.box.net:443"}) {
        if (target == name) return true;
    }
    return target.starts_with("127.0.0.1:") || target.starts_with("localhost:");
}

void answer(tcp::socket& client, const std::string& status, const std::string& headers = {}) {
    error_code ignored;
    asio::write(client, asio::buffer("HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: 0\r\n\r\n"), ignored);
}

}  // namespace

connect_proxy::connect_proxy(const std::string& address, std::string credentials, http_server& target)
    : acceptor_(context_, parse_endpoint(address)),
      port_(acceptor_.local_endpoint().port()),
      credentials_(std::move(credentials)),
      target_(target) {}

connect_proxy::~connect_proxy() {
    stop();
}

void connect_proxy::start() {
    acceptor_thread_ = std::thread([this] { accept_all(); });
}

void connect_proxy::stop() {
    if (stopping_.exchange(true)) return;
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    if (acceptor_thread_.joinable()) acceptor_thread_.join();
    {
        const std::lock_guard lock(mutex_);
        for (const auto& weak : sockets_) {
            if (const auto socket = weak.lock()) ::shutdown(socket->native_handle(), SHUT_RDWR);
        }
    }
    for (auto& thread : threads_) thread.join();
}

void connect_proxy::accept_all() {
    while (!stopping_) {
        auto client = std::make_shared<tcp::socket>(context_);
        error_code error;
        acceptor_.accept(*client, error);
        if (stopping_) return;
        if (error) continue;
        const std::lock_guard lock(mutex_);
        sockets_.push_back(client);
        threads_.emplace_back([this, client = std::move(client)]() mutable { serve(std::move(client)); });
    }
}

void connect_proxy::serve(std::shared_ptr<tcp::socket> client) {
    std::string head;
    error_code error;
    const auto n = asio::read_until(*client, asio::dynamic_buffer(head, 16384), "\r\n\r\n", error);
    if (error || n != head.size()) return;
    if (!head.starts_with("CONNECT ")) return answer(*client, "405 Method Not Allowed");
    const auto target = head.substr(8, head.find(' ', 8) - 8);
    if (!credentials_.empty() && head.find("Basic " + to_base64(credentials_)) == std::string::npos) {
        return answer(*client, "407 Proxy Authentication Required",
                      "Proxy-Authenticate: Basic realm=\"simulator\"\r\n");
    }
    if (!is_box(target)) return answer(*client, "403 Forbidden");

    const auto server = std::make_shared<tcp::socket>(context_);
    server->open(tcp::v4(), error);
    server->bind(tcp::endpoint(asio::ip::address_v4::loopback(), 0), error);
    const auto local_port = server->local_endpoint(error).port();
    target_.expect_from_proxy(local_port);
    server->connect(tcp::endpoint(asio::ip::address_v4::loopback(), target_.port()), error);
    if (error) return answer(*client, "502 Bad Gateway");
    {
        const std::lock_guard lock(mutex_);
        sockets_.push_back(server);
    }
    asio::write(*client, asio::buffer(std::string_view("HTTP/1.1 200 Connection established\r\n\r\n")), error);
    std::thread back([&] { pump(*server, *client); });
    pump(*client, *server);
    back.join();
    target_.forget_proxied(local_port);
}

}  // namespace box_simulator
