#include "protocol/sftp/path_lane.hpp"

namespace boxgate::sftp {

namespace asio = boost::asio;

namespace {

constexpr std::size_t max_side_by_side = 8;

}  // namespace

path_lane::path_lane(std::shared_ptr<workplace> where, const handle_table& handles, serve_function serve)
    : place_(std::move(where)), handles_(handles), serve_(std::move(serve)) {}

void path_lane::add(request what, storage::path path, storage::path target, bool changes) {
    ticket counted(place_, what.weight());
    items_.try_emplace(next_number_++, std::move(what), std::move(path), std::move(target), changes,
                       std::move(counted));
    advance();
}

// A listing, or a look at a directory, does not show what is in flight; only the very path matters to it.
bool path_lane::waits_for_commit(const item& next) const {
    if (!next.changes) {
        const auto* written = handles_.upload_at(next.path);
        return written && written->closing();
    }
    if (handles_.committing_near(next.path)) return true;
    return !next.target.is_root() && handles_.committing_near(next.target);
}

void path_lane::advance() {
    // A coroutine may run to its end within spawn(), and change the list.
    std::vector<std::uint64_t> starting;
    std::size_t running = 0;
    bool all_earlier_only_look = true;
    for (auto& [number, each] : items_) {
        if (!each.running) {
            const bool may_start = each.changes ? running == 0 : all_earlier_only_look && running < max_side_by_side;
            if (!may_start || waits_for_commit(each)) break;
            each.running = true;
            starting.push_back(number);
        }
        ++running;
        all_earlier_only_look = all_earlier_only_look && !each.changes;
    }
    for (const auto number : starting) place_->tasks.spawn(serve_one(shared_from_this(), number));
}

asio::awaitable<void> path_lane::serve_one(std::shared_ptr<path_lane> self, std::uint64_t number) {
    const auto mine = self->items_.find(number);
    if (mine == self->items_.end()) co_return;  // the session ended before this began
    auto& item = mine->second;
    co_await self->serve_(std::move(item.what), std::move(item.path), std::move(item.target));
    self->items_.erase(number);
    self->advance();
}

}  // namespace boxgate::sftp
