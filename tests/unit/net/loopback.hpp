#pragma once

#include "protocol/net/stream.hpp"
#include "tests/support/run_coro.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace boxgate::testing {

/// A connection over the loopback: our end is a stream, the peer's a bare socket that the test uses synchronously.
struct loopback {
    using tcp = boost::asio::ip::tcp;
    using error_code = boost::system::error_code;
    using duration = net::stream::clock::duration;
    static constexpr auto for_ever = duration::max();

    loopback() : loopback(own_) {}
    explicit loopback(boost::asio::io_context& on) : context(on), peer(on) {
        tcp::acceptor acceptor(on, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
        peer.connect(acceptor.local_endpoint());
        ours = std::make_unique<net::stream>(acceptor.accept());
    }

    /// The kernel has it when this returns.
    void send(std::string_view bytes) { boost::asio::write(peer, boost::asio::buffer(bytes)); }

    /// All that comes until the end, which goes into `end`: eof or a reset.
    std::string receive_all(error_code& end) {
        std::string all;
        boost::asio::read(peer, boost::asio::dynamic_buffer(all), end);
        return all;
    }
    error_code end_seen_by_peer() {
        error_code end;
        receive_all(end);
        return end;
    }

    /// Lets everything run that can run without waiting.
    void settle() {
        context.restart();
        context.poll();
    }

    /// Reads once: the error, if any, and what came.
    std::pair<error_code, std::string> read(duration patience = for_ever) {
        std::string into(4096, '\0');
        const auto [error, n] = run_coro(context, ours->read_some(boost::asio::buffer(into), patience));
        into.resize(n);
        return {error, into};
    }
    error_code write(std::string_view bytes, duration patience = for_ever) {
        return run_coro(context, ours->write(boost::asio::buffer(bytes), patience));
    }

private:
    boost::asio::io_context own_{1};

public:
    boost::asio::io_context& context;
    tcp::socket peer;
    std::unique_ptr<net::stream> ours;
};

/// A read that goes on beside the test.
struct pending_read {
    pending_read(loopback& lab, loopback::duration patience) {
        boost::asio::co_spawn(lab.context, lab.ours->read_some(boost::asio::buffer(into), patience),
                              [this](std::exception_ptr thrown, std::pair<loopback::error_code, std::size_t> outcome) {
                                  ended = true;
                                  if (thrown) std::rethrow_exception(thrown);
                                  error = outcome.first;
                                  bytes.assign(into, outcome.second);
                              });
        lab.settle();
    }

    /// Runs until it has ended, at most ten seconds; then returns its error.
    loopback::error_code wait(loopback& lab) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!ended && std::chrono::steady_clock::now() < deadline) {
            lab.context.restart();
            lab.context.run_one_until(deadline);
        }
        if (!ended) throw std::runtime_error("the pending read did not end");
        return error;
    }

    char into[4096];
    bool ended = false;
    loopback::error_code error;
    std::string bytes;
};

}  // namespace boxgate::testing
