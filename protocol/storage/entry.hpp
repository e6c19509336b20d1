#pragma once

#include "protocol/storage/access.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace boxgate::storage {

enum class entry_kind { file, directory };

/// What a listing or a stat says of one file or directory.
struct entry {
    entry() = default;

    std::string name;  ///< as Box holds it; the root's is empty
    entry_kind kind = entry_kind::file;
    std::uint64_t size = 0;                          ///< bytes; 0 for a directory
    std::chrono::system_clock::time_point modified;  ///< whole seconds; the client's time where Box kept one
    std::chrono::system_clock::time_point created;
    std::string sha1;  ///< lower-case hex of the content; empty for a directory or where unknown
    std::string id;    ///< Box's id, for logs and replies only: no verb takes one
    /// What Box lets the identity do with it, beside what the account may; all where Box has not said. `overwrite` is a
    /// new version of a file, `upload` and `mkdir` are about what comes into a directory, the others about itself; what
    /// does not apply to its kind is set.
    access allowed = access::all;

    bool is_directory() const { return kind == entry_kind::directory; }
};

/// Bytes of the account that owns a directory.
struct space_info {
    space_info(std::uint64_t total_bytes, std::uint64_t free_bytes) : total(total_bytes), free(free_bytes) {}

    std::uint64_t total;
    std::uint64_t free;
};

}  // namespace boxgate::storage
