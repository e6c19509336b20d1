#pragma once

#include "protocol/sftp/attributes.hpp"
#include "protocol/sftp/request_table.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace boxgate::sftp {

/// One request, read into values: what it is about, and which of the fields are set, says its row.
struct request {
    request() = default;

    const request_row* row = nullptr;
    std::uint32_t id = 0;
    std::string path;                     ///< as the client wrote it
    std::string target;                   ///< the second path
    std::optional<std::uint32_t> handle;  ///< nullopt also for a handle that this server cannot have given out
    std::optional<std::uint32_t> second_handle;
    std::string text;  ///< a list of hash algorithms, or a user's name
    std::uint64_t offset = 0;
    std::uint64_t second_offset = 0;
    std::uint64_t length = 0;
    std::uint32_t number = 0;  ///< flags of OPEN, length of READ, size of a block to be hashed
    attributes attrs;

    /// What it takes in memory while it waits.
    std::size_t weight() const { return sizeof(request) + path.size() + target.size() + text.size(); }
};

/// Reads the fields that `row` lists; `from` stands behind the request's id. False if the packet is too short. Bytes
/// behind the last field are ignored, as OpenSSH does.
bool read_fields(const request_row& row, reader& from, request& into);

}  // namespace boxgate::sftp
