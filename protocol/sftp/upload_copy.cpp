// The part of upload that makes a file the copy of another: copy-data of draft-ietf-secsh-filexfer-extensions-00.
#include "protocol/sftp/upload.hpp"

namespace boxgate::sftp {

namespace asio = boost::asio;
using storage::block;
using storage::errc;

void upload::copy_from(request what, storage::path from, storage::entry seen) {
    if (size_ > 0 || original_) {
        return place().replies.status(what.id, fx::op_unsupported, "copy-data goes into a file that is still empty");
    }
    original_.emplace(std::move(from), std::move(seen));
    enqueue(std::move(what));
}

asio::awaitable<void> upload::serve_copy(request what) {
    const auto outcome = co_await copy();
    if (outcome.has_error()) {
        fail(outcome.error());
        place().replies.failed(what.id, outcome.error());
    } else {
        place().replies.ok(what.id);
    }
}

// Box copies to free names only. Where there is a file it has to become the previous version, and for that the bytes
// come and go.
asio::awaitable<storage::result<void>> upload::copy() {
    if (failure_) co_return *failure_;
    const auto copied = co_await place().files->copy(original_->path, path());
    if (copied.has_value()) {
        stored_ = true;
        size_ = copied->size;
        if (sink_) sink_->withdraw();
        sink_.reset();
        co_return storage::result<void>();
    }
    if (copied.error().code != errc::exists) co_return copied.error();
    if (failure_) co_return *failure_;
    sink_in_use_ = true;
    auto stored = co_await copy_through();
    if (stored.has_value()) stored = co_await store();
    sink_in_use_ = false;
    if (failure_) sink_.reset();
    stored_ = stored.has_value();
    co_return stored;
}

asio::awaitable<storage::result<void>> upload::copy_through() {
    const auto source = co_await place().files->open_read(original_->path);
    if (source.has_error()) co_return source.error();
    const auto& now = (*source)->info();
    if (now.id != original_->seen.id || now.sha1 != original_->seen.sha1 || now.size != original_->seen.size) {
        co_return storage::failure(errc::changed, "the file to be copied has changed since it was opened");
    }
    while (size_ < now.size) {
        auto some = co_await (*source)->read(size_, block::capacity);
        if (some.has_error()) co_return some.error();
        if (some->empty()) co_return storage::failure(errc::changed, "the file to be copied ended early");
        const auto sound = (*source)->check(size_, some->bytes());
        if (sound.has_error()) co_return sound.error();
        const auto n = some->size();
        const auto written = co_await sink_->write(size_, std::move(*some));
        if (written.has_error()) co_return written.error();
        size_ += n;
    }
    co_return storage::result<void>();
}

}  // namespace boxgate::sftp
