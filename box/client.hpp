#pragma once

#include "box/http/message.hpp"
#include "box/http/transport.hpp"
#include "box/options.hpp"
#include "box/token_provider.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace boxgate::box {

class identity;

/// What a call does at Box: decides what may be repeated, and which budget it is counted in.
enum class call_kind {
    read,    ///< repeating it is free
    change,  ///< must not be repeated once Box may have carried it out
    upload,  ///< a change whose body is a file; has Box's smaller rate limit
    part,    ///< a step of an upload session (part, commit, abort): Box does not say that it counts as an upload
};

struct call {
    call(call_kind what_kind, http::request what_request) : kind(what_kind), request(std::move(what_request)) {}

    call_kind kind;
    http::request request;  ///< without Authorization and As-User: the client adds them
};

/// Why a call got no answer from Box that its caller could judge.
struct call_error {
    call_error() = default;
    call_error(storage::failure reason, bool maybe_applied)
        : what(std::move(reason)), may_have_been_applied(maybe_applied) {}

    storage::failure what;
    bool may_have_been_applied = false;  ///< a change that Box may have carried out: ask before believing either
};

[[noreturn]] void throw_exception_from_error(const call_error& error, const boost::source_location& where);

/// A call to Box = leave to go, token, as-user, transport, retry. Knows endpoints and identities, and nothing of paths.
/// One per worker and one for the control thread; belongs to its executor.
class client {
public:
    virtual ~client() = default;

    /// Any answer Box gave, whatever its status, after these were dealt with: 401 (one renewed token); 429, and 409
    /// with operation_blocked_temporary or name_temporarily_reserved (waited out within limits.max_wait); and for reads
    /// also 5xx and broken connections (bounded tries with back-off). A change answered 5xx, or cut off, is not
    /// repeated but comes back with may_have_been_applied; one that failed before any byte was received is repeated.
    /// The call waits for its turn among those of its user, also within limits.max_wait: beyond it, rate_limited with
    /// the seconds; while Box is down, unavailable at once.
    virtual boost::asio::awaitable<boost::system::result<http::response, call_error>> perform(
        std::shared_ptr<identity> who, call what) = 0;

    /// An exchange with Box's data hosts: no token, no as-user; one try. For pre-signed download addresses.
    virtual boost::asio::awaitable<boost::system::result<http::response, http::transport_error>> fetch(
        http::request what) = 0;
};

/// `transport` belongs to the executor the client is used on; tokens are asked for on `control`. `log` outlives it.
std::unique_ptr<client> make_client(std::unique_ptr<http::transport> transport, boost::asio::any_io_executor control,
                                    options settings, const runtime::log& log, pause_function pause);

}  // namespace boxgate::box
