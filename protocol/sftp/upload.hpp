#pragma once

#include "protocol/sftp/open_handle.hpp"
#include "protocol/storage/transfer.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <span>

namespace boxgate::sftp {

/// A file being written. WRITEs that follow each other are put together into whole blocks; any offset, in any order,
/// goes. The first failure is kept and told at the next WRITE and at CLOSE, and then nothing is stored.
class upload final : public open_handle {
public:
    /// `truncates`: whatever was there is to be replaced even if nothing is written. `reads`: it was opened for
    /// reading, too, and gives what was written to it.
    upload(std::shared_ptr<workplace> where, storage::path opened, std::unique_ptr<storage::sink> into, bool truncates,
           bool reads);
    ~upload() override;

    /// Takes bytes for `offset`: how many, 0 if there is no room now. After a failure it takes all and keeps none.
    std::size_t write(std::uint64_t offset, std::span<const std::byte> bytes);
    const std::optional<storage::failure>& failure() const { return failure_; }

    /// Takes a copy-data request that makes this file a copy of `from`, which looked like `seen` when the client opened
    /// it. The file is stored before the answer, and CLOSE has nothing left to do.
    void copy_from(request what, storage::path from, storage::entry seen);

    /// Hands the block that is being filled to the storage, so that its memory comes free.
    void flush();
    bool holds_partial_block() const { return static_cast<bool>(filling_); }

    storage::entry stat() const override;
    std::optional<storage::failure> set_attributes(const attributes& wanted) override;

private:
    // A block under its way to the storage, counted against the session's share.
    struct piece {
        piece(std::uint64_t where, storage::block bytes) : offset(where), data(std::move(bytes)) {}
        std::uint64_t offset;
        storage::block data;
    };

    struct original {
        original(storage::path where, storage::entry what) : path(std::move(where)), seen(std::move(what)) {}
        storage::path path;
        storage::entry seen;
    };

    void release_memory() override;
    bool accepts(verb what) const override { return what == verb::copy_data || (reads_ && what == verb::read); }
    boost::asio::awaitable<void> serve(request what) override;
    boost::asio::awaitable<void> serve_close(std::uint32_t id) override;
    bool work_left() const override { return !queued_.empty(); }
    boost::asio::awaitable<void> work() override;
    boost::asio::awaitable<void> read_back(request what);
    void fail(storage::failure what);
    void drop_blocks();
    boost::asio::awaitable<storage::result<void>> store();
    boost::asio::awaitable<void> serve_copy(request what);
    boost::asio::awaitable<storage::result<void>> copy();
    boost::asio::awaitable<storage::result<void>> copy_through();
    boost::asio::awaitable<storage::result<bool>> leaves_file_alone();

    std::unique_ptr<storage::sink> sink_;
    bool truncates_;
    bool reads_;
    std::deque<piece> queued_;
    std::optional<storage::block> filling_;
    std::uint64_t filling_offset_ = 0;
    std::uint64_t size_ = 0;
    bool touched_ = false;  // written since the last release_memory()
    bool size_set_ = false;
    bool sink_in_use_ = false;
    std::optional<original> original_;  // what copy-data names
    bool stored_ = false;
    std::chrono::system_clock::time_point opened_at_;
    std::optional<storage::failure> failure_;
};

}  // namespace boxgate::sftp
