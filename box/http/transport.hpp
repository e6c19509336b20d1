#pragma once

#include "box/http/message.hpp"

#include <boost/asio/awaitable.hpp>

namespace boxgate::box::http {

/// One HTTP exchange after another over connections that it keeps. Belongs to one executor.
class transport {
public:
    virtual ~transport() = default;

    /// Sends the request and waits for the answer's head (and its body, unless it is to be streamed). A kept connection
    /// that turns out to be closed before the first byte of the answer is replaced once, where the request is a GET or
    /// OPTIONS; other methods fail with may_have_been_received, and the caller asks Box what became of them.
    /// Cancellation closes the connection.
    virtual boost::asio::awaitable<boost::system::result<response, transport_error>> exchange(request what) = 0;
};

}  // namespace boxgate::box::http
