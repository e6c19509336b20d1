#pragma once

#include "box/http/origin.hpp"
#include "conf/runtime/watchdog.hpp"
#include "conf/settings/settings.hpp"
#include "protocol/storage/failure.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace boxgate::box::http {

/// One connection to an origin, through the proxy where there is one: bytes in and out, each operation with a deadline.
/// The HTTP on top is beast_transport's.
class connection {
public:
    using clock = std::chrono::steady_clock;
    using error_code = boost::system::error_code;

    connection(const boost::asio::any_io_executor& executor, std::shared_ptr<boost::asio::ssl::context> tls)
        : socket_(executor), watchdog_(socket_), tls_context_(std::move(tls)) {}

    /// Name, TCP, CONNECT, TLS. The failure's text says which of them failed and what to do.
    boost::asio::awaitable<storage::result<void>> open(origin to, std::optional<conf::proxy_settings> proxy,
                                                       clock::duration patience);

    boost::asio::awaitable<std::pair<error_code, std::size_t>> read_some(boost::asio::mutable_buffer into,
                                                                         clock::duration patience);
    /// Writes all of them; says how many bytes the connection took. One reader and one writer may be at work together.
    /// Cancelling the writing coroutine does not reach it: stop_writing() and close() do.
    boost::asio::awaitable<std::pair<error_code, std::size_t>> write(std::vector<boost::asio::const_buffer> buffers,
                                                                     clock::duration patience);

    /// Ends what waits in write() with operation_aborted; reading goes on.
    void stop_writing() { write_stop_.emit(boost::asio::cancellation_type::all); }
    void close();

    /// Nothing is expected to move: for ever, or until the connection is closed.
    void rest() { watchdog_.rest(); }
    void rest(clock::duration until_closed) { watchdog_.allow(until_closed); }

    /// True if a kept connection is closed or has something to read, which between exchanges can only be its end.
    bool is_stale();

    /// What to tell of an error that read_some or write gave.
    static storage::failure broken(const error_code& error, const origin& to, const char* when);

    boost::beast::flat_buffer& buffer() { return buffer_; }  ///< bytes read behind what was parsed

private:
    boost::asio::awaitable<storage::result<void>> connect_tcp(std::string host, std::string port, std::string role);
    boost::asio::awaitable<storage::result<void>> ask_proxy(const origin& to, const conf::proxy_settings& proxy);
    boost::asio::awaitable<storage::result<void>> start_tls(const origin& to);

    error_code timed(error_code error) const;

    boost::asio::ip::tcp::socket socket_;
    runtime::watchdog watchdog_;
    std::shared_ptr<boost::asio::ssl::context> tls_context_;
    std::unique_ptr<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
    boost::asio::cancellation_signal write_stop_;
    boost::beast::flat_buffer buffer_;
};

}  // namespace boxgate::box::http
