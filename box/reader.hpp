#pragma once

#include "box/api/types.hpp"
#include "box/download_pace.hpp"
#include "box/identity.hpp"
#include "box/range_fetch.hpp"
#include "box/range_plan.hpp"
#include "box/range_stream.hpp"
#include "box/sha1.hpp"
#include "box/worker_context.hpp"
#include "protocol/storage/transfer.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <optional>

namespace boxgate::box {

/// One version of a file being downloaded (storage::source). Reads in order use one stream, and further ones when the
/// client is faster than that; what they bring is delivered in order. A read elsewhere fetches little more than was
/// asked for, and more as reads go on from there.
class reader final : public storage::source {
public:
    /// `file` with id, size and, where known, version and SHA-1.
    reader(std::shared_ptr<worker_context> with, std::shared_ptr<identity> who, api::item file);
    ~reader() override;

    const storage::entry& info() const override { return info_; }
    boost::asio::awaitable<storage::result<storage::block>> read(std::uint64_t offset, std::size_t max) override;
    storage::result<void> check(std::uint64_t offset, std::span<const std::byte> bytes) override;

    /// Asks Box for the address of the content, so that a refusal is known before the first read.
    boost::asio::awaitable<storage::result<void>> prepare();

private:
    boost::asio::awaitable<storage::result<storage::block>> next_block(std::size_t max);
    boost::asio::awaitable<storage::result<storage::block>> memory();
    void seek(std::uint64_t offset);
    void open_next();
    void open_ahead();
    void drop_ahead();
    bool shed();
    unsigned streams() const { return 1 + static_cast<unsigned>(ahead_.size()); }

    std::shared_ptr<worker_context> with_;
    std::uint64_t size_;
    std::string sha1_hex_;
    storage::entry info_;
    std::shared_ptr<download_context> of_;
    range_plan plan_;
    download_pace pace_;

    // What is being delivered comes from one of the two, what comes behind it from the ranges ahead.
    std::optional<range_stream> stream_;
    std::shared_ptr<range_fetch> fetch_;
    std::deque<std::shared_ptr<range_fetch>> ahead_;
    storage::block left_over_;    // of the last block, where less was asked for
    std::uint64_t position_ = 0;  // of the next byte in order
    std::uint64_t window_;        // how much a single stream asks for at once

    sha1 hash_;  // of the bytes from the first on that were given on
    std::uint64_t hashed_ = 0;
    bool damaged_ = false;
};

}  // namespace boxgate::box
