#pragma once

#include "protocol/storage/block.hpp"
#include "protocol/storage/failure.hpp"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace boxgate::box {

/// Where uploads wait on disk: files without a name, which vanish with the process whatever ends it. The functions of
/// spool_file block and are called on the disk pool.
class spool {
public:
    explicit spool(std::filesystem::path directory) : directory_(std::move(directory)) {}

    class file {
    public:
        ~file();
        file(const file&) = delete;
        file& operator=(const file&) = delete;

        /// errc::quota when the disk is full, internal for other errors of the disk.
        storage::result<void> write(std::uint64_t offset, std::span<const std::byte> bytes);
        /// Fills all of `into`; a range that was never written is an error.
        storage::result<void> read(std::uint64_t offset, std::span<std::byte> into) const;

    private:
        friend class spool;
        file(int descriptor, std::atomic<std::uint64_t>& bytes_in_use)
            : descriptor_(descriptor), in_use_(bytes_in_use) {}

        int descriptor_;
        std::uint64_t size_ = 0;
        std::atomic<std::uint64_t>& in_use_;
    };

    /// A new, empty, unlinked file. Must not outlive the spool.
    storage::result<std::unique_ptr<file>> create();

    std::uint64_t bytes_in_use() const { return in_use_.load(std::memory_order_relaxed); }

private:
    std::filesystem::path directory_;
    std::atomic<std::uint64_t> in_use_ = 0;
};

}  // namespace boxgate::box
