#pragma once

#include "protocol/ftp/charset.hpp"
#include "protocol/ftp/status.hpp"
#include "protocol/net/stream.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <vector>

namespace boxgate::ftp {

/// The replies of one control connection, in order, whoever sends them: the command loop and a transfer may do so at
/// the same time.
class control_channel {
public:
    /// `over` outlives the channel. A client that does not take its replies for `patience` is cut off.
    control_channel(net::stream& over, net::stream::clock::duration patience) : over_(over), patience_(patience) {}

    /// "226 text". Returns when it has been written, or handed to whoever is writing.
    boost::asio::awaitable<void> send(reply what);
    /// RFC 959 section 4.2: "211-first", the lines, "211 last".
    boost::asio::awaitable<void> send_lines(int code, std::string first, std::vector<std::string> lines,
                                            std::string last);

    /// "226-text": the beginning of a reply that takes its time. Until finish_long_reply() other replies wait.
    boost::asio::awaitable<void> begin_long_reply(reply line);
    bool in_long_reply() const { return in_long_reply_; }
    /// The last line of what begin_long_reply() began.
    boost::asio::awaitable<void> finish_long_reply(reply line);

    /// How names in replies are written from now on. Never null.
    void set_charset(std::shared_ptr<const charset> names) { names_ = std::move(names); }

    /// Raw text of a long answer (STAT of a directory), line ends included.
    boost::asio::awaitable<void> send_text(std::string text);

private:
    static constexpr std::size_t most_waiting = 256 * 1024;

    boost::asio::awaitable<void> flush();

    net::stream& over_;
    const net::stream::clock::duration patience_;
    std::string waiting_;
    std::string held_back_;  // by a long reply
    std::shared_ptr<const charset> names_ = std::make_shared<const charset>();
    bool in_long_reply_ = false;
    bool writing_ = false;
};

}  // namespace boxgate::ftp
