#pragma once

#include "protocol/storage/failure.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace boxgate::box::http {

enum class method { get, post, put, del, options };

/// Header fields in order. Names compare without case: Box has changed theirs in production.
class fields {
public:
    void set(std::string_view name, std::string value);
    void add(std::string name, std::string value) { all_.emplace_back(std::move(name), std::move(value)); }
    /// The first value of `name`, or empty. Valid until the fields change.
    std::string_view operator[](std::string_view name) const;
    bool contains(std::string_view name) const;
    auto begin() const { return all_.begin(); }
    auto end() const { return all_.end(); }

private:
    std::vector<std::pair<std::string, std::string>> all_;
};

/// A request body that is produced while it is sent.
class body_source {
public:
    virtual ~body_source() = default;

    /// All bytes that next() will give: the request's Content-Length.
    virtual std::uint64_t length() const = 0;

    /// The next piece, valid until the following call; empty at the end. A failure breaks the connection before the
    /// request is complete, so that the peer cannot take it for whole, and is what exchange() fails with.
    virtual boost::asio::awaitable<storage::result<std::span<const std::byte>>> next() = 0;

    /// Starts again from the first byte, for a repeated request; false if it cannot.
    virtual bool rewind() = 0;
};

/// A response body that is read while it arrives. Destroying it before its end closes the connection.
class body_stream {
public:
    virtual ~body_stream() = default;

    /// Fills part of `into`, which must outlive the call; 0 at the end of the body. Fails with unavailable or timeout
    /// if the connection breaks before the announced end.
    virtual boost::asio::awaitable<storage::result<std::size_t>> read_some(std::span<std::byte> into) = 0;
};

struct request {
    request(http::method verb, std::string absolute_url) : method(verb), url(std::move(absolute_url)) {}

    http::method method;
    std::string url;  ///< absolute, http or https
    http::fields headers;
    std::variant<std::monostate, std::string, std::shared_ptr<body_source>> body;
    bool stream_response = false;  ///< a 200 or 206 comes as response::stream, every other answer is collected

    /// Without progress (a piece sent, a byte received) for this long the exchange fails with errc::timeout. Unset: the
    /// client's call_timeout.
    std::optional<std::chrono::steady_clock::duration> patience;
};

struct response {
    response() = default;

    unsigned status = 0;
    http::fields headers;
    std::string body;                     ///< the collected body, at most 16 MiB
    std::unique_ptr<body_stream> stream;  ///< set where the request asked for it
};

/// Why no complete answer came.
struct transport_error {
    transport_error() = default;
    transport_error(storage::failure reason, bool maybe_received)
        : what(std::move(reason)), may_have_been_received(maybe_received) {}

    storage::failure what;                ///< unavailable, timeout, or what a body_source failed with
    bool may_have_been_received = false;  ///< true once a byte of the request was handed to an established connection
};

[[noreturn]] void throw_exception_from_error(const transport_error& error, const boost::source_location& where);

}  // namespace boxgate::box::http
