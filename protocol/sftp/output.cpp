#include "protocol/sftp/output.hpp"

#include "protocol/sftp/status.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace boxgate::sftp {

namespace asio = boost::asio;

output::output(const asio::any_io_executor& executor, std::function<void()> wake)
    : room_(executor, asio::steady_timer::time_point::max()), wake_(std::move(wake)) {}

std::span<const std::byte> output::next() {
    if (sending_.empty()) {
        std::swap(sending_, filling_);
        if (!sending_.empty()) room_.cancel();
    }
    return sending_.bytes();
}

void output::sent(std::size_t n) {
    sending_.consume(n);
}

void output::release_memory() {
    if (filling_.empty()) filling_.release();
    if (sending_.empty()) sending_.release();
}

void output::status(std::uint32_t id, fx code, std::string_view text) {
    packet_of(packet::status, [&](writer& to) {
        to.u32(id);
        to.u32(static_cast<std::uint32_t>(code));
        to.string(text);
        to.string("en");
    });
}

void output::failed(std::uint32_t id, const storage::failure& what) {
    status(id, status_of(what.code), text_of(what));
}

void output::handle(std::uint32_t id, std::uint32_t number) {
    packet_of(packet::handle, [&](writer& to) {
        to.u32(id);
        to.u32(4);
        to.u32(number);
    });
}

void output::data(std::uint32_t id, std::span<const std::byte> bytes) {
    packet_of(packet::data, [&](writer& to) {
        to.u32(id);
        to.u32(static_cast<std::uint32_t>(bytes.size()));
        to.bytes(bytes);
    });
}

asio::awaitable<void> output::room(std::size_t n) {
    while (!filling_.empty() && filling_.size() + n > bound) {
        co_await room_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

void output::added(bool was_empty) {
    if (was_empty) wake_();
}

}  // namespace boxgate::sftp
