#pragma once

#include "protocol/sftp/wire.hpp"
#include "protocol/storage/failure.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace boxgate::sftp {

/// The replies of one session on their way out. Two buffers change roles: one is filled while the other is being sent,
/// so that what the connection holds on to never moves. Replies may go out in another order than the requests came.
class output {
public:
    /// `wake` is called when there is something to send where there was nothing.
    output(const boost::asio::any_io_executor& executor, std::function<void()> wake);

    // For the connection.
    std::span<const std::byte> next();  ///< what to send now; stays valid until sent()
    void sent(std::size_t n);           ///< the first `n` bytes of next() are out
    std::size_t pending() const { return filling_.size() + sending_.size(); }
    void release_memory();  ///< gives back what an idle session does not need

    // Replies. None of them waits.
    void status(std::uint32_t id, fx code, std::string_view text);
    void ok(std::uint32_t id) { status(id, fx::ok, {}); }
    void failed(std::uint32_t id, const storage::failure& what);
    void handle(std::uint32_t id, std::uint32_t number);
    void data(std::uint32_t id, std::span<const std::byte> bytes);

    /// Any other packet: `fill` is called once, at once, with the writer standing behind the type.
    template <class Fill>
    void packet_of(packet type, Fill fill);

    /// Returns once a reply of `n` bytes may be added without the buffers growing past their bound. Replies to requests
    /// that a client pipelines without reading answers wait here; small ones need not.
    boost::asio::awaitable<void> room(std::size_t n);

private:
    static constexpr std::size_t bound = 320 * 1024;  // one buffer: a full READ's reply and some small ones

    void added(bool was_empty);

    byte_buffer filling_;
    byte_buffer sending_;
    boost::asio::steady_timer room_;
    std::function<void()> wake_;
};

template <class Fill>
void output::packet_of(packet type, Fill fill) {
    const bool was_empty = pending() == 0;
    {
        writer to(filling_, type);
        fill(to);
    }
    added(was_empty);
}

}  // namespace boxgate::sftp
