#pragma once

#include "protocol/ftp/conversation.hpp"
#include "protocol/ftp/line_ends.hpp"
#include "protocol/storage/transfer.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string>

namespace boxgate::ftp {

/// The data connection of one transfer, from the 150 on. Registers with the conversation, so that ABOR finds it.
class data_transfer {
public:
    /// The conversation outlives the transfer.
    explicit data_transfer(conversation& with) : with_(with), converts_lines_(with.converts_lines()) {}
    ~data_transfer();
    data_transfer(const data_transfer&) = delete;
    data_transfer& operator=(const data_transfer&) = delete;

    /// Whether a data connection has been prepared, with the protection that is asked for; what is missing is answered
    /// here. To be asked before Box is.
    static boost::asio::awaitable<bool> is_possible(conversation& with);

    /// Sends 150 with `text` and opens the data connection. If it does not come, 425, 426 or 522 has been sent.
    boost::asio::awaitable<storage::result<void>> open(std::string text);

    /// Takes what the client sends, to its orderly end, into `into`, as lines where the session converts them; the next
    /// block is read while the last is written. errc::aborted where the end was not orderly, or the client is no longer
    /// there.
    boost::asio::awaitable<storage::result<void>> receive(storage::sink& into);

    /// After receive(): the end was one that nobody but the client can have made, TLS's close_notify.
    bool ended_in_order() const { return ended_in_order_; }

    /// Sends the whole of `from`, ends the data connection, and with it tells the client that this was all.
    boost::asio::awaitable<storage::result<void>> send_file(storage::source& from);

    /// One piece of a listing.
    boost::asio::awaitable<storage::result<void>> send_text(std::string text);
    boost::asio::awaitable<void> finish();

    /// Ends the data connection so that the client can tell that something is missing.
    void cut();

private:
    bool is_end(const boost::system::error_code& error) const;
    boost::asio::awaitable<void> keep_pace(runtime::pace& limit, std::size_t bytes);
    boost::asio::awaitable<storage::result<storage::block>> read_block();
    boost::asio::awaitable<storage::result<void>> send_block(storage::block data);
    boost::asio::awaitable<storage::result<void>> send_lines(storage::block data);
    boost::asio::awaitable<storage::result<void>> send_bytes(std::span<const std::byte> bytes);
    storage::failure lost(const boost::system::error_code& error, const char* doing) const;

    conversation& with_;
    std::unique_ptr<net::stream> data_;
    bool at_end_ = false;
    bool ended_in_order_ = false;
    const bool converts_lines_;
    received_lines received_lines_;
    sent_lines sent_lines_;
};

}  // namespace boxgate::ftp
