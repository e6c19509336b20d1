#pragma once

#include "protocol/sftp/byte_buffer.hpp"
#include "protocol/sftp/messages.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace boxgate::sftp {

/// What a packet_splitter finds in the client's bytes. Calls come from within feed().
class packet_receiver {
public:
    virtual ~packet_receiver() = default;

    /// Whether one more packet may begin now. If not, feed() stops in front of it.
    virtual bool may_begin() = 0;

    /// A whole packet other than WRITE; `body` is what stands behind the type.
    virtual void packet_arrived(std::uint8_t type, std::span<const std::byte> body) = 0;

    /// The head of a WRITE; its `length` bytes follow through write_bytes(), then write_ended(). `handle` is nullopt if
    /// it is not one of this server's form.
    virtual void write_began(std::uint32_t id, std::optional<std::uint32_t> handle, std::uint64_t offset,
                             std::uint32_t length) = 0;
    /// Takes some of the payload, 0 if there is no room now.
    virtual std::size_t write_bytes(std::span<const std::byte> some) = 0;
    virtual void write_ended() = 0;

    /// A packet whose inside is wrong, or that is too long for its type. The next one will be found. `id` as far as it
    /// could be read.
    virtual void malformed(std::uint32_t id) = 0;
    /// The framing is lost, or over the limit: nothing more can be read from this client.
    virtual void unreadable(std::string_view why) = 0;
};

/// Cuts a client's bytes into packets. Keeps at most max_request_length bytes, and of a WRITE nothing but its head.
class packet_splitter {
public:
    explicit packet_splitter(packet_receiver& receiver) : receiver_(receiver) {}

    /// Returns how much was taken; less than all only where the receiver has no room, or after unreadable().
    std::size_t feed(std::span<const std::byte> in);

    /// Whether the last byte taken was the last of a packet.
    bool between_packets() const { return stage_ == stage::head && kept_.empty(); }

private:
    enum class stage { head, body, refused, write_head, payload, skip, dead };

    bool collect(std::span<const std::byte>& in, std::size_t wanted);
    void head_arrived();
    void write_head_arrived();
    void give_up(std::uint32_t id);
    void begin_skip(std::size_t n);

    packet_receiver& receiver_;
    stage stage_ = stage::head;
    byte_buffer kept_;
    std::uint8_t type_ = 0;
    std::size_t wanted_ = 0;   // bytes of the head or body being collected
    std::size_t left_ = 0;     // bytes of the packet that follow what is being collected
    std::size_t payload_ = 0;  // bytes of a WRITE's payload still to come
};

}  // namespace boxgate::sftp
