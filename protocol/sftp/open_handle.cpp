#include "protocol/sftp/open_handle.hpp"

namespace boxgate::sftp {

namespace asio = boost::asio;

void open_handle::enqueue(request what) {
    if (!accepts(what.row->what)) {
        return place_->replies.status(what.id, fx::op_unsupported, "the handle was not opened for that");
    }
    const auto weight = what.weight();
    queue_.emplace_back(std::move(what), ticket(place_, weight));
    run();
}

void open_handle::close(std::uint32_t id, std::function<void()> on_closed) {
    closing_ = true;
    on_closed_ = std::move(on_closed);
    request what;
    what.row = find_row(packet::close);
    what.id = id;
    queue_.emplace_back(std::move(what), ticket(place_, sizeof(request)));
    run();
}

void open_handle::run() {
    if (running_) return;
    running_ = true;
    place_->tasks.spawn(serve_all(shared_from_this()));
}

asio::awaitable<void> open_handle::serve_all(std::shared_ptr<open_handle> self) {
    for (;;) {
        if (self->work_left()) {
            co_await self->work();
        } else if (!self->queue_.empty()) {
            item next = std::move(self->queue_.front());
            self->queue_.pop_front();
            if (next.what.row->what == verb::close) {
                co_await self->serve_close(next.what.id);
            } else {
                co_await self->serve(std::move(next.what));
            }
        } else {
            break;
        }
    }
    self->running_ = false;
    self->rested();
}

}  // namespace boxgate::sftp
