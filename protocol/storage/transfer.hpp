#pragma once

#include "protocol/storage/block.hpp"
#include "protocol/storage/entry.hpp"
#include "protocol/storage/failure.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace boxgate::storage {

/// A file opened for reading: one version of it, whatever happens to the name meanwhile.
class source {
public:
    virtual ~source() = default;

    /// What the file was when it was opened.
    virtual const entry& info() const = 0;

    /// The bytes from `offset` on, at most `max` and at most one block; empty at and behind the end. Reads in ascending
    /// order stream; others work, each at the cost of a new request. One read at a time.
    virtual boost::asio::awaitable<result<block>> read(std::uint64_t offset, std::size_t max) = 0;

    /// To be called with whatever is about to be given on, in that order, before it is: of a whole file given on in
    /// order the SHA-1 is compared before its last bytes go. errc::changed if it is not the one that Box states; from
    /// then on always: nothing more of the file may be given on.
    virtual result<void> check(std::uint64_t offset, std::span<const std::byte> bytes) = 0;

    /// Why the rest will not be read, for whoever reports on it; the first reason counts.
    virtual void note_failure(const failure& why) { (void)why; }
};

/// What a commit has achieved: Box holds the whole file and confirmed its size and SHA-1.
struct receipt {
    receipt() = default;
    receipt(entry stored_entry, std::string request_id, bool is_new_version)
        : stored(std::move(stored_entry)), box_request_id(std::move(request_id)), new_version(is_new_version) {}

    entry stored;
    std::string box_request_id;
    bool new_version = false;  ///< of a file that was there before
};

/// Asked at the point of no return: is the file still wanted? False makes the commit fail with errc::aborted. Never
/// empty. (A long upload may ask before, too, so as not to work for nothing.)
using commit_gate = std::function<bool()>;

/// A file being written. Nothing of it is visible before commit() succeeds; destroying it uncommitted drops it, and
/// what must still be tidied at Box is handed over to somebody else.
class sink {
public:
    virtual ~sink() = default;

    /// Takes bytes at any offset, in any order; writing the same bytes twice is an error only where Box already has
    /// them (errc::not_supported). One write at a time. errc::too_large, quota, unavailable, ...
    virtual boost::asio::awaitable<result<void>> write(std::uint64_t offset, block data) = 0;

    /// What was written, from `offset` on: at most `max` bytes and at most one block, and none behind a byte that never
    /// was; empty at and behind size(). errc::not_supported where `offset` was never written, or the bytes are at Box
    /// already. Not beside a write, nor after the commit has begun.
    virtual boost::asio::awaitable<result<block>> read_back(std::uint64_t offset, std::size_t max) = 0;

    /// The highest byte written so far, plus one.
    virtual std::uint64_t size() const = 0;

    /// Stores the file. Fails with errc::aborted, nothing stored, if a range was never written, if the size announced
    /// at open was binding and is not met, or if `gate` says no. Once the gate has said yes the upload runs to its own
    /// deadline even if the caller leaves. Call it once, and write nothing after it.
    virtual boost::asio::awaitable<result<receipt>> commit(commit_gate gate) = 0;

    /// Why there will be no commit, for whoever reports on it; the first reason counts.
    virtual void note_failure(const failure& why) { (void)why; }
    /// There will be no commit, and that is no failure: there was nothing to write, or it came to be in another way.
    virtual void withdraw() {}
};

/// A directory being listed, in Box's order, as it arrives.
class lister {
public:
    virtual ~lister() = default;

    /// The next entries, at most `max`; empty at the end.
    virtual boost::asio::awaitable<result<std::vector<entry>>> next(std::size_t max) = 0;
};

}  // namespace boxgate::storage
