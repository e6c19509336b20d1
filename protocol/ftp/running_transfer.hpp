#pragma once

#include "protocol/ftp/data_channel.hpp"
#include "protocol/net/stream.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace boxgate::ftp {

/// The one transfer a session may have under way: what the command loop knows of it, and how it stops it.
class running_transfer {
public:
    /// Both outlive the transfer.
    running_transfer(net::stream& control, data_channel& channel);

    void begin(std::string verb);
    void end();
    bool is_running() const { return running_; }
    const std::string& verb() const { return verb_; }

    /// ABOR, or the client is gone: nothing more moves, nothing is stored that is not past its point of no return.
    void abort();
    bool is_aborted() const { return aborted_; }
    /// The client still wants the file, as far as anybody can know.
    bool is_wanted() const { return !aborted_ && !control_.peer_gone(); }

    /// The data connection of this transfer, so that abort() reaches it. Unset before it is destroyed.
    void attach(net::stream* data);
    void count(std::size_t bytes) { moved_ += bytes; }
    std::uint64_t moved() const { return moved_; }

    /// Returns when no transfer is running; looks meanwhile whether the client is still there.
    boost::asio::awaitable<void> wait_for_end();

private:
    net::stream& control_;
    data_channel& channel_;
    boost::asio::steady_timer ended_;
    std::string verb_;
    bool running_ = false;
    bool aborted_ = false;
    net::stream* data_ = nullptr;
    std::uint64_t moved_ = 0;
};

}  // namespace boxgate::ftp
