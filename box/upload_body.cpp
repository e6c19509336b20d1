#include "box/upload_body.hpp"

#include "box/worker_context.hpp"

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;
using storage::result;

upload_body::upload_body(std::shared_ptr<upload_content> content, http::multipart_frame frame, permission may_finish,
                         std::shared_ptr<storage::block_pool> blocks)
    : content_(std::move(content)),
      length_(content_->size()),
      blocks_(std::move(blocks)),
      prefix_(std::move(frame.prefix)),
      suffix_(std::move(frame.suffix)),
      may_finish_(std::move(may_finish)) {}

asio::awaitable<result<std::span<const std::byte>>> upload_body::next() {
    if (stage_ == stage::prefix) {
        stage_ = stage::content;
        if (!prefix_.empty()) co_return std::as_bytes(std::span(prefix_));
    }
    if (stage_ == stage::content) {
        if (sent_ < length_) {
            if (wanted_ && !wanted_()) co_return failure(errc::aborted, "nobody waits for the file any more");
            auto into = storage::block();
            if (!content_->in_memory()) {
                current_ = storage::block();
                auto granted = co_await blocks_->acquire(block_patience, storage::block_pool::purpose::sending);
                if (!granted) co_return failure(errc::busy, "no transfer memory became free (limits.transfer_memory)");
                into = std::move(*granted);
            }
            auto piece = co_await content_->read(offset_ + sent_, length_ - sent_, std::move(into));
            if (piece.has_error()) co_return piece.error();
            current_ = std::move(*piece);
            sent_ += current_.size();
            co_return current_.bytes();
        }
        current_ = storage::block();
        stage_ = stage::suffix;
    }
    if (stage_ == stage::suffix) {
        stage_ = stage::end;
        if (may_finish_ && !may_finish_()) {
            co_return failure(errc::aborted, "the client was gone before the file was complete");
        }
        if (!suffix_.empty()) co_return std::as_bytes(std::span(suffix_));
    }
    co_return std::span<const std::byte>();
}

bool upload_body::rewind() {
    stage_ = stage::prefix;
    sent_ = 0;
    current_ = storage::block();
    return true;
}

}  // namespace boxgate::box
