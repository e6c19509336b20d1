#pragma once

#include "box/sha1.hpp"
#include "box/spool.hpp"
#include "box/written_ranges.hpp"
#include "protocol/storage/block.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace boxgate::box {

/// The bytes of one upload on their way: the first block in memory, anything more in the spool; hashed in the visit
/// that writes them. The disk's work runs on the disk pool, one piece at a time; callers wait for each before the next.
class upload_content : public std::enable_shared_from_this<upload_content> {
public:
    /// `files` and `disk` outlive the content.
    upload_content(spool& files, boost::asio::thread_pool& disk) : spool_(files), disk_(disk) {}

    /// Takes bytes at any offset, in any order. errc::too_large where the writes are so scattered that keeping track of
    /// them would have no bound.
    boost::asio::awaitable<storage::result<void>> write(std::uint64_t offset, storage::block data);

    std::uint64_t size() const { return ranges_.end(); }
    bool has_holes() const { return ranges_.has_holes(); }
    bool in_memory() const { return file_ == nullptr; }

    /// The SHA-1 (20 raw bytes) of everything; there must be no holes. Nothing is written afterwards.
    boost::asio::awaitable<storage::result<std::string>> digest();
    /// The SHA-1 of a range.
    boost::asio::awaitable<storage::result<std::string>> digest_of(std::uint64_t offset, std::uint64_t length);

    /// The bytes from `offset` on, at most `max` and at most one block.
    boost::asio::awaitable<storage::result<storage::block>> read(std::uint64_t offset, std::uint64_t max,
                                                                 storage::block into);

private:
    static constexpr std::size_t most_pieces = 4096;

    storage::result<void> put(std::uint64_t offset, const storage::block& data);
    storage::result<void> hash_up_to(std::uint64_t end);

    spool& spool_;
    boost::asio::thread_pool& disk_;
    storage::block small_;  // everything, while nothing is in the spool
    std::unique_ptr<spool::file> file_;
    written_ranges ranges_;
    sha1 hash_;
    std::uint64_t hashed_ = 0;
    bool rewritten_ = false;
    std::optional<std::string> digest_;
};

}  // namespace boxgate::box
