#pragma once

#include "protocol/sftp/wire.hpp"
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

/// Writes an ATTRS field for `what`: size, owner 0:0, mode (0755 for a directory, 0644 for a file, both without w if
/// `read_only`) and Box's time for both times.
void write_attributes(writer& to, const storage::entry& what, bool read_only);

/// The POSIX mode that write_attributes sends, file type included.
std::uint32_t mode_of(const storage::entry& what, bool read_only);

}  // namespace boxgate::sftp
