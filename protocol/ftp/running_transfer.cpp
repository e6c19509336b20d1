#include "protocol/ftp/running_transfer.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace boxgate::ftp {

namespace asio = boost::asio;

running_transfer::running_transfer(net::stream& control, data_channel& channel)
    : control_(control), channel_(channel), ended_(control.get_executor()) {}

void running_transfer::begin(std::string verb) {
    verb_ = std::move(verb);
    running_ = true;
    aborted_ = false;
    moved_ = 0;
}

void running_transfer::end() {
    running_ = false;
    data_ = nullptr;
    ended_.cancel();
}

void running_transfer::abort() {
    aborted_ = true;
    channel_.interrupt();
    if (data_) data_->cut();
}

void running_transfer::attach(net::stream* data) {
    data_ = data;
    if (data_ && aborted_) data_->cut();
}

asio::awaitable<void> running_transfer::wait_for_end() {
    while (running_) {
        ended_.expires_after(std::chrono::seconds(1));
        const auto [error] = co_await ended_.async_wait(asio::as_tuple(asio::use_awaitable));
        (void)error;  // cancelled: it has ended, perhaps
        if (running_ && control_.peer_gone()) abort();
    }
}

}  // namespace boxgate::ftp
