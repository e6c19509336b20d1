#pragma once

#include <cstddef>
#include <cstdint>

// The numbers of SFTP version 3 (draft-ietf-secsh-filexfer-02).

namespace boxgate::sftp {

constexpr std::uint32_t protocol_version = 3;

/// What limits@openssh.com announces. Older OpenSSH clients cannot take replies over 255 KiB.
constexpr std::uint32_t max_read_length = 261'120;
constexpr std::uint32_t max_write_length = 261'120;
/// The longest packet taken, without its length field: 256 KiB and room for a header. A longer one ends the session.
constexpr std::uint32_t max_packet_length = 262'144 + 1024;
/// The longest packet that is not a WRITE: two paths, a name and attributes fit many times.
constexpr std::uint32_t max_request_length = 34'000;

/// Section 3, "General Packet Format".
enum class packet : std::uint8_t {
    init = 1,
    version = 2,
    open = 3,
    close = 4,
    read = 5,
    write = 6,
    lstat = 7,
    fstat = 8,
    setstat = 9,
    fsetstat = 10,
    opendir = 11,
    readdir = 12,
    remove = 13,
    mkdir = 14,
    rmdir = 15,
    realpath = 16,
    stat = 17,
    rename = 18,
    readlink = 19,
    symlink = 20,
    status = 101,
    handle = 102,
    data = 103,
    name = 104,
    attrs = 105,
    extended = 200,
    extended_reply = 201,
};

/// Section 7, "Responses from the Server to the Client".
enum class fx : std::uint32_t {
    ok = 0,
    eof = 1,
    no_such_file = 2,
    permission_denied = 3,
    failure = 4,
    bad_message = 5,
    op_unsupported = 8,
};

/// Section 6.3, the flags of OPEN.
namespace open_flag {
constexpr std::uint32_t read = 0x01;
constexpr std::uint32_t write = 0x02;
constexpr std::uint32_t append = 0x04;
constexpr std::uint32_t create = 0x08;
constexpr std::uint32_t truncate = 0x10;
constexpr std::uint32_t exclusive = 0x20;
}  // namespace open_flag

}  // namespace boxgate::sftp
