#pragma once

#include "box/api/types.hpp"
#include "box/identity.hpp"
#include "box/sha1.hpp"
#include "box/worker_context.hpp"
#include "protocol/storage/transfer.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace boxgate::box {

/// One version of a file being downloaded (storage::source). Reads in order use one stream, resumed where it breaks; a
/// read elsewhere opens a new one there. Of a whole read in order the SHA-1 is compared before the last bytes are
/// given.
class reader final : public storage::source {
public:
    /// `file` with id, size and, where known, version and SHA-1.
    reader(std::shared_ptr<worker_context> with, std::shared_ptr<identity> who, api::item file);

    const storage::entry& info() const override { return info_; }
    boost::asio::awaitable<storage::result<storage::block>> read(std::uint64_t offset, std::size_t max) override;

    /// Asks Box for the address of the content, so that a refusal is known before the first read.
    boost::asio::awaitable<storage::result<void>> prepare();

private:
    boost::asio::awaitable<storage::result<void>> open_stream(std::uint64_t offset);
    boost::asio::awaitable<storage::result<void>> fill(storage::block& into, std::uint64_t offset, std::size_t wanted);

    std::shared_ptr<worker_context> with_;
    std::shared_ptr<identity> who_;
    api::item file_;
    std::uint64_t size_;
    storage::entry info_;
    std::string url_;  // pre-signed: good for some minutes, and secret as long
    std::chrono::steady_clock::time_point url_since_;
    std::unique_ptr<http::body_stream> stream_;
    std::uint64_t stream_at_ = 0;
    sha1 hash_;
    std::uint64_t hashed_ = 0;
};

}  // namespace boxgate::box
