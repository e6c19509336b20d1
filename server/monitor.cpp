#include "server/monitor.hpp"

#include "conf/runtime/deadline.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace boxgate::server {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t longest_head = 8 * 1024;
constexpr std::size_t most_clients = 32;
constexpr auto patience = std::chrono::seconds(5);

std::string_view reason(unsigned status) {
    switch (status) {
        case 200:
            return "OK";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        default:
            return "Service Unavailable";
    }
}

}  // namespace

struct monitor::shared {
    shared(std::map<std::string, page_function> by_path, const runtime::log& lines)
        : pages(std::move(by_path)), log(lines) {}

    std::map<std::string, page_function> pages;
    const runtime::log& log;
    std::vector<tcp::acceptor> acceptors;
    std::size_t clients = 0;
};

monitor::monitor(std::vector<tcp::acceptor> acceptors, std::map<std::string, page_function> pages,
                 const runtime::log& log)
    : shared_(std::make_shared<shared>(std::move(pages), log)) {
    shared_->acceptors = std::move(acceptors);
}

void monitor::start() {
    for (std::size_t i = 0; i < shared_->acceptors.size(); ++i) {
        asio::co_spawn(shared_->acceptors[i].get_executor(), accept(shared_, i), asio::detached);
    }
}

void monitor::stop() {
    boost::system::error_code ignored;
    for (auto& one : shared_->acceptors) one.close(ignored);
}

std::vector<std::uint16_t> monitor::ports() const {
    std::vector<std::uint16_t> numbers;
    for (const auto& one : shared_->acceptors) numbers.push_back(one.local_endpoint().port());
    return numbers;
}

asio::awaitable<void> monitor::accept(std::shared_ptr<shared> with, std::size_t which) {
    auto& from = with->acceptors[which];
    asio::steady_timer pause(from.get_executor());
    while (from.is_open()) {
        auto [error, client] = co_await from.async_accept(asio::as_tuple(asio::use_awaitable));
        if (error == asio::error::operation_aborted || !from.is_open()) break;
        if (error) {
            pause.expires_after(std::chrono::milliseconds(200));
            co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
        } else if (with->clients < most_clients) {
            ++with->clients;
            asio::co_spawn(from.get_executor(), serve(with, std::move(client)), asio::detached);
        }
    }
}

asio::awaitable<void> monitor::serve(std::shared_ptr<shared> with, tcp::socket client) {
    try {
        std::string head;
        auto reading =
            asio::async_read_until(client, asio::dynamic_buffer(head, longest_head), "\r\n\r\n", asio::use_awaitable);
        if (co_await runtime::within(patience, std::move(reading))) {
            const auto method_end = head.find(' ');
            const auto path_end = head.find_first_of(" ?\r", method_end + 1);
            const auto found = with->pages.find(head.substr(method_end + 1, path_end - method_end - 1));
            page told(404, "no such page\n");
            if (!head.starts_with("GET ")) {
                told = page(405, "GET only\n");
            } else if (found != with->pages.end()) {
                told = co_await found->second();
            }
            const std::string answer =
                "HTTP/1.1 " + std::to_string(told.status) + " " + std::string(reason(told.status)) +
                "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: " +
                std::to_string(told.body.size()) + "\r\nConnection: close\r\n\r\n" + told.body;
            auto writing = asio::async_write(client, asio::buffer(answer), asio::use_awaitable);
            co_await runtime::within(patience, std::move(writing));
        }
    } catch (const std::exception& error) {
        with->log.debug("monitor_broke", {{"reason", error.what()}});
    }
    --with->clients;
}

}  // namespace boxgate::server
