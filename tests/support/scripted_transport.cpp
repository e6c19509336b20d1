#include "tests/support/scripted_transport.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>

namespace boxgate::testing {

namespace asio = boost::asio;
using namespace box::http;

transport_script& transport_script::answers(unsigned status, std::string body, header_list headers) {
    response what;
    what.status = status;
    what.body = std::move(body);
    for (auto& [name, value] : headers) what.headers.add(std::move(name), std::move(value));
    add(std::move(what));
    return *this;
}

transport_script& transport_script::fails(storage::errc code, bool maybe_received) {
    add(transport_error(storage::failure(code, "scripted fault"), maybe_received));
    return *this;
}

transport_script::step& transport_script::add(answer says) {
    steps_.push_back(step{std::move(says), false, std::move(next_takes_)});
    next_takes_ = nullptr;
    return steps_.back();
}

transport_script& transport_script::takes(std::chrono::steady_clock::duration length,
                                          std::chrono::steady_clock::time_point& time) {
    next_takes_ = [length, &time] { time += length; };
    return *this;
}

transport_script& transport_script::hangs() {
    add(transport_error(storage::failure(storage::errc::timeout), false)).hangs = true;
    return *this;
}

void transport_script::release() {
    held_ = false;
    released_.cancel();
}

asio::awaitable<transport_script::answer> transport_script::play(request what) {
    seen_request seen{what.method, what.url, what.headers, {}, what.patience};
    if (const auto* text = std::get_if<std::string>(&what.body)) seen.body = *text;
    if (const auto* source = std::get_if<std::shared_ptr<body_source>>(&what.body)) {
        while (true) {
            const auto piece = co_await (*source)->next();
            if (piece.has_error()) co_return transport_error(piece.error(), true);
            if (piece->empty()) break;
            seen.body.append(reinterpret_cast<const char*>(piece->data()), piece->size());
        }
    }
    requests_.push_back(std::move(seen));
    if (at_each_) at_each_();
    while (held_) co_await released_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (steps_.empty()) throw std::logic_error("the script foresees no further exchange: " + what.url);
    auto next = std::move(steps_.front());
    steps_.pop_front();
    if (next.before) next.before();
    if (next.hangs) {
        asio::steady_timer never(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
        co_await never.async_wait(asio::use_awaitable);
    }
    co_return std::move(next.says);
}

}  // namespace boxgate::testing
