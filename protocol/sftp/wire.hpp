#pragma once

#include "protocol/sftp/byte_buffer.hpp"
#include "protocol/sftp/messages.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace boxgate::sftp {

/// Reads the fields of one packet. Reading past the end gives zeros and empty strings and makes ok() false for good, so
/// that a parser checks once. Views point into the packet.
class reader {
public:
    explicit reader(std::span<const std::byte> packet) : left_(packet) {}

    std::uint8_t u8();
    std::uint32_t u32();
    std::uint64_t u64();
    std::string_view string();  ///< a length and that many bytes

    bool ok() const { return ok_; }
    std::size_t left() const { return left_.size(); }

private:
    std::span<const std::byte> take(std::size_t n);

    std::span<const std::byte> left_;
    bool ok_ = true;
};

/// Appends one packet to a buffer. The length in front is set when the writer goes.
class writer {
public:
    writer(byte_buffer& to, packet type);
    ~writer();
    writer(const writer&) = delete;
    writer& operator=(const writer&) = delete;

    void u8(std::uint8_t value);
    void u32(std::uint32_t value);
    void u64(std::uint64_t value);
    void string(std::string_view text);
    void bytes(std::span<const std::byte> raw) { to_.append(raw); }

private:
    byte_buffer& to_;
    std::size_t start_;
};

}  // namespace boxgate::sftp
