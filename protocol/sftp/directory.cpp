#include "protocol/sftp/directory.hpp"

#include "protocol/sftp/long_name.hpp"
#include "protocol/sftp/set_attributes.hpp"

#include <vector>

namespace boxgate::sftp {

namespace asio = boost::asio;
using storage::entry;

namespace {

constexpr std::size_t entries_per_reply = 100;

entry dot(std::string name) {
    entry made;
    made.name = std::move(name);
    made.kind = storage::entry_kind::directory;
    made.modified = std::chrono::system_clock::now();  // not worth a call to Box
    return made;
}

}  // namespace

directory::directory(std::shared_ptr<workplace> where, storage::path opened, std::unique_ptr<storage::lister> from)
    : open_handle(std::move(where), std::move(opened)), lister_(std::move(from)) {}

entry directory::stat() const {
    return dot(std::string(path().name()));
}

std::optional<storage::failure> directory::set_attributes(const attributes& wanted) {
    return refusal(wanted, 0, place().limits.ignore_times);
}

asio::awaitable<void> directory::serve(request what) {
    auto page = co_await lister_->next(entries_per_reply);
    if (page.has_error()) {
        place().replies.failed(what.id, page.error());
        co_return;
    }
    if (!std::exchange(dots_sent_, true)) {
        page->insert(page->begin(), dot(".."));
        page->insert(page->begin(), dot("."));
    }
    if (page->empty()) {
        place().replies.status(what.id, fx::eof, "end of directory");
        co_return;
    }
    std::size_t bytes = 0;
    for (const auto& each : *page) bytes += 2 * each.name.size() + 128;
    co_await place().replies.room(bytes);
    const auto now = std::chrono::system_clock::now();
    const auto& limits = place().limits;
    const auto fill = [&](writer& to) {
        to.u32(what.id);
        to.u32(static_cast<std::uint32_t>(page->size()));
        for (const auto& each : *page) {
            to.string(each.name);
            to.string(long_name(each, each.name, limits.owner, limits.granted, now));
            write_attributes(to, each, limits.granted);
        }
    };
    place().replies.packet_of(packet::name, fill);
}

asio::awaitable<void> directory::serve_close(std::uint32_t id) {
    lister_.reset();
    finish_close();
    place().replies.ok(id);
    co_return;
}

}  // namespace boxgate::sftp
