#pragma once

#include "box/content_hashes.hpp"
#include "box/spool.hpp"
#include "box/written_ranges.hpp"
#include "protocol/storage/block.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace boxgate::box {

/// The bytes of one upload on their way: the first block in memory, anything more in the spool; hashed in the visit
/// that writes them. Belongs to one executor; the disk's work runs on the disk pool. One write, or the digest, at a
/// time; what has been written and hashed may be read beside it.
class upload_content : public std::enable_shared_from_this<upload_content> {
public:
    using duration = std::chrono::steady_clock::duration;
    /// `files` and `disk` outlive the content. `patience`: how long a write waits for room in the spool;
    /// `own_patience`: how long while it is this file's own parts that make room as they are sent.
    upload_content(spool& files, boost::asio::thread_pool& disk, duration patience, duration own_patience)
        : spool_(files), disk_(disk), patience_(patience), own_patience_(own_patience) {}
    ~upload_content();
    upload_content(const upload_content&) = delete;
    upload_content& operator=(const upload_content&) = delete;

    /// Takes bytes at any offset, in any order. errc::not_supported below sealed bytes; too_large where the file cannot
    /// fit into the spool, or its writes are so scattered that keeping track of them would have no bound; quota where
    /// the spool stays full. Whoever waits for room gives up when `worth_it` says no.
    boost::asio::awaitable<storage::result<void>> write(std::uint64_t offset, storage::block data,
                                                        std::function<bool()> worth_it);

    std::uint64_t size() const { return ranges_.end(); }
    bool has_holes() const { return ranges_.has_holes(); }
    std::uint64_t written_from(std::uint64_t offset) const { return ranges_.written_from(offset); }
    bool in_memory() const { return file_ == nullptr; }
    /// How many bytes from the start are there and hashed: those may be sent, and no longer change once sealed.
    std::uint64_t ready() const { return ready_; }

    /// Parts of this size are going to be sent: their digests are made along with that of the whole, as far as that is
    /// still possible. `drains`: those that Box has confirmed are going to be discarded, so that a full spool is worth
    /// waiting for.
    void cut_into(std::uint64_t part_size, std::uint64_t total, bool drains) {
        if (part_size != part_size_) parts_.clear();
        part_size_ = part_size;
        total_ = total;
        drains_ = drains && part_size <= spool_.budget().most();
        if (!drains_) by_parts_.reset();
    }
    /// Parts are sent no more.
    void stops_draining() {
        drains_ = false;
        by_parts_.reset();
    }
    /// The file is going to be cut into parts that leave the spool: room is kept for them.
    void will_drain() { by_parts_.emplace(spool_.budget()); }
    /// Bytes below `end` are on their way to Box: they cannot be written again.
    void seal(std::uint64_t end) { sealed_ = std::max(sealed_, end); }

    /// The SHA-1 (20 raw bytes) of everything; there must be no holes. Nothing is written afterwards.
    boost::asio::awaitable<storage::result<std::string>> digest();
    /// The SHA-1 of a range; that of a part is at hand if cut_into() came in time.
    boost::asio::awaitable<storage::result<std::string>> digest_of(std::uint64_t offset, std::uint64_t length);

    /// The bytes from `offset` on, at most `max` and at most one block.
    boost::asio::awaitable<storage::result<storage::block>> read(std::uint64_t offset, std::uint64_t max,
                                                                 storage::block into);

    /// Gives up bytes that Box has confirmed. They cannot be sent again.
    boost::asio::awaitable<void> discard(std::uint64_t offset, std::uint64_t length);
    bool is_whole() const { return !discarded_; }

private:
    static constexpr std::size_t most_pieces = 4096;

    boost::asio::awaitable<storage::result<void>> make_room(std::uint64_t bytes, std::function<bool()> worth_it);
    struct room {
        room(std::uint64_t how_much, spool_budget::claim why) : bytes(how_much), what_for(why) {}
        std::uint64_t bytes;
        spool_budget::claim what_for;
    };
    room room_needed() const;
    void give_room_back(std::uint64_t bytes);
    bool part_on_its_way() const;
    storage::result<void> put(std::uint64_t offset, std::uint64_t cut, const storage::block& data);
    storage::result<void> hash_up_to(std::uint64_t end);
    void note_hashed();

    spool& spool_;
    boost::asio::thread_pool& disk_;
    const duration patience_;
    const duration own_patience_;
    storage::block small_;  // everything, while nothing is in the spool
    std::unique_ptr<spool_file> file_;
    written_ranges ranges_;
    std::uint64_t spooled_ = 0;   // taken out of the spool's budget
    std::uint64_t by_bytes_ = 0;  // of that, what was not taken for a part
    std::uint64_t held_ = 0;      // of that, what bytes lie in
    std::uint64_t part_size_ = 0;
    std::uint64_t total_ = 0;  // as it was announced
    bool drains_ = false;
    std::optional<spool_budget::by_parts> by_parts_;
    std::uint64_t sealed_ = 0;
    bool discarded_ = false;
    std::uint64_t given_back_ = 0;  // bytes of parts that Box has
    bool rewritten_ = false;        // bytes that were hashed have changed: all is hashed again, at the end

    // The disk pool's while a job is under way; what the executor may know of it is copied behind each job.
    content_hashes hashes_;
    std::uint64_t ready_ = 0;
    std::map<std::uint64_t, std::string> parts_;
    std::optional<std::string> digest_;
};

}  // namespace boxgate::box
