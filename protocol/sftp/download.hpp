#pragma once

#include "protocol/sftp/open_handle.hpp"
#include "protocol/storage/transfer.hpp"

#include <memory>

namespace boxgate::sftp {

/// A file being read. Replies are cut from whole blocks, which the storage reads ahead of them; a reply is always as
/// long as was asked for unless the file ends: OpenSSH's client shrinks its requests for good after a short one.
class download final : public open_handle {
public:
    download(std::shared_ptr<workplace> where, storage::path opened, std::unique_ptr<storage::source> from);
    ~download() override;

    bool is_readable() const override { return true; }
    storage::entry stat() const override { return source_->info(); }
    std::optional<storage::failure> set_attributes(const attributes& wanted) override;

private:
    void release_memory() override;
    bool accepts(verb what) const override { return what == verb::read; }
    boost::asio::awaitable<void> serve(request what) override;
    boost::asio::awaitable<void> serve_close(std::uint32_t id) override;
    void rested() override;

    /// Makes the window begin at `offset`, or end empty at the end of the file.
    boost::asio::awaitable<storage::result<void>> load(std::uint64_t offset, std::size_t wanted);
    std::span<const std::byte> cut(std::uint64_t offset, std::size_t wanted) const;
    void set_window(storage::block data, std::uint64_t offset);
    void drop_window();

    std::unique_ptr<storage::source> source_;
    storage::block window_;
    std::uint64_t window_offset_ = 0;
    byte_buffer assembled_;  // a reply that lies across two blocks
    bool touched_ = false;   // read since the last release_memory()
};

}  // namespace boxgate::sftp
