#include "protocol/sftp/write_pace.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace boxgate::sftp {

namespace asio = boost::asio;

void write_pace::taken(std::size_t bytes) {
    const auto& limit = place_->limits.upload_pace;
    if (!limit || bytes == 0) return;
    const auto now = clock::now();
    const auto pause = limit->take(bytes, now);
    if (pause < workplace::shortest_pause && debts_.empty()) return;
    due_ = now + pause;
    ahead_ += bytes;
    debts_.emplace_back(due_, bytes);
    run();
}

void write_pace::answer_ok(std::uint32_t id) {
    if (debts_.empty()) return place_->replies.ok(id);
    auto& last = debts_.emplace_back(due_, 0);
    last.answer = id;
    last.counted.emplace(place_, sizeof(debt));
}

void write_pace::run() {
    if (running_) return;
    running_ = true;
    place_->tasks.spawn(pay(shared_from_this()));
}

asio::awaitable<void> write_pace::pay(std::shared_ptr<write_pace> self) {
    auto& place = *self->place_;
    auto& debts = self->debts_;
    asio::steady_timer timer(place.executor);
    while (!debts.empty()) {
        timer.expires_at(debts.front().due);
        co_await timer.async_wait(asio::use_awaitable);
        const auto now = clock::now() + workplace::shortest_pause;
        while (!debts.empty() && debts.front().due <= now) {
            const auto paid = std::move(debts.front());
            debts.pop_front();
            self->ahead_ -= paid.bytes;
            if (paid.answer) place.replies.ok(*paid.answer);
        }
        place.wake();
    }
    self->running_ = false;
}

}  // namespace boxgate::sftp
