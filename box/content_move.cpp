#include "box/content_move.hpp"

#include "box/upload_undo.hpp"
#include "conf/runtime/offload.hpp"

namespace boxgate::box {

namespace asio = boost::asio;
using storage::failure;
using storage::result;

namespace {

asio::awaitable<void> forget(std::shared_ptr<tree> in, std::string source, std::string written) {
    in->names().cache().forget_item(source);
    in->names().cache().forget_item(written);
    co_return;
}

}  // namespace

asio::awaitable<result<storage::entry>> content_move::run(storage::filesystem& by, storage::path from,
                                                          storage::path to) {
    auto stored = co_await bring_over(by, std::move(from), std::move(to));
    if (stored.has_error()) co_return stored.error();
    for (bool again = false;; again = true) {
        const auto gone = co_await runtime::run_on(with_->control, keeping(tree_, tree_->remove_item(source_)));
        if (gone.has_value() || gone.error().code == storage::errc::not_found) co_return std::move(stored->stored);
        auto why = gone.error();
        // Unless Box says that the source is there, the new version may be all that is left of it.
        const auto now = co_await runtime::run_on(with_->control, keeping(tree_, tree_->current_state(source_)));
        if (now.has_value() && !*now) co_return std::move(stored->stored);
        if (now.has_error()) {
            why.detail += "; '" + stored->stored.name + "' has the new content, and whether '" + source_.name +
                          "' is still there could not be found out";
            co_return why;
        }
        const bool changed = why.code == storage::errc::changed;
        const bool in_place = (*now)->name == source_.name && (*now)->parent_id == source_.parent_id;
        if (changed && !again && in_place && (*now)->sha1 == stored->stored.sha1) {
            // Somebody has locked it, say, or described it.
            source_.etag = (*now)->etag;
            continue;
        }
        const bool undone = co_await take_back(*stored);
        stale_ = changed && undone;
        why.detail += undone ? "; the state before was restored"
                             : "; RESTORING THE STATE BEFORE FAILED: look after file " + stored->stored.id + " in Box";
        co_return why;
    }
}

asio::awaitable<result<storage::receipt>> content_move::bring_over(storage::filesystem& by, storage::path from,
                                                                   storage::path to) {
    auto source = co_await by.open_read(std::move(from));
    if (source.has_error()) co_return source.error();
    if ((*source)->info().id != source_.id) {
        stale_ = true;
        co_return failure(storage::errc::changed, "'" + source_.name + "' is another file by now");
    }
    const auto size = (*source)->info().size;
    const std::optional<storage::announced_size> announced(std::in_place, size, true);
    auto sink = co_await by.open_write(std::move(to), storage::write_mode::replace, announced);
    if (sink.has_error()) co_return sink.error();
    for (std::uint64_t offset = 0; offset < size;) {
        auto block = co_await (*source)->read(offset, storage::block::capacity);
        if (block.has_error()) co_return block.error();
        const auto sound = (*source)->check(offset, block->bytes());
        if (sound.has_error()) co_return sound.error();
        const auto length = block->size();
        if (length == 0) co_return failure(storage::errc::changed, "the file that is renamed has become shorter");
        auto written = co_await (*sink)->write(offset, std::move(*block));
        if (written.has_error()) co_return written.error();
        offset += length;
    }
    const storage::commit_gate always = [] { return true; };
    co_return co_await (*sink)->commit(always);
}

// Of the file that was written: the name may have been another's by then, or nobody's.
asio::awaitable<bool> content_move::take_back(storage::receipt stored) {
    api::item written;
    written.id = stored.stored.id;
    const bool undone = co_await undo_upload(with_, tree_->who(), written, stored.new_version);
    // What is cached now is a version of the past, whatever came of it.
    co_await runtime::run_on(with_->control, forget(tree_, source_.id, written.id));
    co_return undone;
}

}  // namespace boxgate::box
