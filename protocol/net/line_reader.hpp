#pragma once

#include "protocol/net/line_splitter.hpp"
#include "protocol/net/stream.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <string>

namespace boxgate::net {

/// Lines from a stream, as line_splitter cuts them.
class line_reader {
public:
    enum class outcome { line, too_long, closed, timed_out };

    line_reader(stream& from, std::size_t longest) : from_(from), lines_(longest) {}

    /// The next line into `line`. too_long: the line was read to its end and thrown away; the next call goes on behind
    /// it.
    boost::asio::awaitable<outcome> next(std::string& line, stream::clock::duration patience);

    /// Forgets what was read ahead: what was sent in the clear must not count as sent under TLS.
    void discard() { lines_.discard(); }

private:
    stream& from_;
    line_splitter lines_;
    bool ended_ = false;
};

}  // namespace boxgate::net
