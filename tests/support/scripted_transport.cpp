#include "tests/support/scripted_transport.hpp"

#include <boost/asio/as_tuple.hpp>
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
    steps_.emplace_back(std::move(what));
    return *this;
}

transport_script& transport_script::fails(storage::errc code, bool maybe_received) {
    steps_.emplace_back(transport_error(storage::failure(code, "scripted fault"), maybe_received));
    return *this;
}

void transport_script::release() {
    held_ = false;
    released_.cancel();
}

asio::awaitable<transport_script::answer> transport_script::play(request what) {
    seen_request seen{what.method, what.url, what.headers, {}};
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
    while (held_) co_await released_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (steps_.empty()) throw std::logic_error("the script foresees no further exchange: " + what.url);
    auto next = std::move(steps_.front());
    steps_.pop_front();
    co_return next;
}

}  // namespace boxgate::testing
