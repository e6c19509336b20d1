#pragma once

#include "protocol/net/stream.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <string>

namespace boxgate::net {

/// Lines from a stream, bounded. A line ends with LF; a CR before it is dropped. Telnet commands (RFC 854) are taken
/// out.
class line_reader {
public:
    enum class outcome { line, too_long, closed, timed_out };

    line_reader(stream& from, std::size_t longest) : from_(from), longest_(longest) {}

    /// The next line into `line`. too_long: the line was read to its end and thrown away; the next call goes on behind
    /// it.
    boost::asio::awaitable<outcome> next(std::string& line, stream::clock::duration patience);

    /// Forgets what was read ahead: what was sent in the clear must not count as sent under TLS.
    void discard() { buffer_.clear(); }

private:
    bool take_line(std::string& line, outcome& how);

    stream& from_;
    std::size_t longest_;
    std::string buffer_;
    bool skipping_ = false;
    bool ended_ = false;
};

}  // namespace boxgate::net
