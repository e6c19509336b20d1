#pragma once

#include "protocol/sftp/wire.hpp"
#include "protocol/storage/access.hpp"
#include "protocol/storage/entry.hpp"

#include <cstdint>
#include <optional>

namespace boxgate::sftp {

/// File attributes as a client sends them (section 5). Owner and permissions are remembered only as being there: Box
/// has neither.
struct attributes {
    attributes() = default;

    std::optional<std::uint64_t> size;
    bool has_owner = false;
    bool has_permissions = false;
    bool has_times = false;
};

/// Reads the ATTRS field of a request. Unknown extended attributes are skipped.
attributes read_attributes(reader& from);

/// Writes an ATTRS field for `what`: size, owner 0:0, mode_of() and Box's time for both times.
void write_attributes(writer& to, const storage::entry& what, storage::access granted);

/// The POSIX mode, file type included, as far as it can tell what the account may do and Box allows: 0644 for a file
/// that may be read and overwritten, 0755 for a directory that may be listed and changed.
std::uint32_t mode_of(const storage::entry& what, storage::access granted);

}  // namespace boxgate::sftp
