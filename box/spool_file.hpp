#pragma once

#include "protocol/storage/failure.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace boxgate::box {

/// One upload's bytes while they wait. Gone with the object, and with the process, whatever ends it. The functions
/// block and are called on the disk pool; reads of what was written may run beside each other and beside a write
/// elsewhere.
class spool_file {
public:
    virtual ~spool_file() = default;

    /// errc::quota when there is no room, internal for other errors.
    virtual storage::result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) = 0;
    /// Fills all of `into` with what was written there and not discarded.
    virtual storage::result<void> read(std::uint64_t offset, std::span<std::byte> into) const = 0;
    /// Gives up what lies there, and its room; false where that is not possible and the room stays taken.
    virtual bool discard(std::uint64_t offset, std::uint64_t length) = 0;
};

/// A file without a name in `directory`, encrypted.
storage::result<std::unique_ptr<spool_file>> make_disk_spool_file(const std::filesystem::path& directory);

/// Memory that never reaches a file.
std::unique_ptr<spool_file> make_memory_spool_file();

}  // namespace boxgate::box
