#pragma once

#include "box/content_address.hpp"
#include "box/http/message.hpp"
#include "box/worker_context.hpp"
#include "protocol/storage/block.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace boxgate::box {

/// What the streams of one download have in common.
struct download_context {
    download_context(std::shared_ptr<worker_context> on_worker, std::shared_ptr<identity> who, std::string file_id,
                     std::string version_id, std::string file_name, std::uint64_t file_size)
        : with(std::move(on_worker)),
          address(with, std::move(who), std::move(file_id), std::move(version_id)),
          name(std::move(file_name)),
          size(file_size) {}

    std::shared_ptr<worker_context> with;
    content_address address;
    std::string name;
    std::uint64_t size;
    std::uint64_t received = 0;  ///< bytes from the data host, by all streams
};

/// A range of a file's content as one request to Box's data host, gone on with where it breaks: at once after progress,
/// after a pause without; with a new address where the old one has expired.
class range_stream {
public:
    /// [begin, end) of the file.
    range_stream(std::shared_ptr<download_context> of, std::uint64_t begin, std::uint64_t end)
        : of_(std::move(of)), position_(begin), end_(end) {}

    std::uint64_t position() const { return position_; }
    std::uint64_t end() const { return end_; }
    bool at_end() const { return position_ >= end_; }
    /// Ends the range earlier; another stream has the rest.
    void end_at(std::uint64_t end) { end_ = end; }

    /// Fills `into` to `wanted` bytes, at most those that are left of the range. Fails with what is left after the
    /// usual tries. Cancellation throws operation_aborted.
    boost::asio::awaitable<storage::result<void>> fill(storage::block& into, std::size_t wanted);

private:
    boost::asio::awaitable<storage::result<void>> open();

    std::shared_ptr<download_context> of_;
    std::uint64_t position_;
    std::uint64_t end_;
    std::unique_ptr<http::body_stream> stream_;
};

}  // namespace boxgate::box
