#include "box/spool_budget.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <tuple>

namespace boxgate::box {

namespace asio = boost::asio;

struct spool_budget::waiter {
    waiter(const asio::any_io_executor& executor, std::uint64_t wanted) : timer(executor), bytes(wanted) {}

    asio::steady_timer timer;  // only touched on its own executor
    std::uint64_t bytes;
    bool granted = false;  // under the budget's lock, as is `taken`
    bool taken = false;
};

// Also ends when the coroutine is destroyed in its sleep; what was granted to nobody goes back.
struct spool_budget::place_in_line {
    place_in_line(spool_budget& in, bool has_begun, std::shared_ptr<waiter> who)
        : budget(in), line(in.line_of(has_begun)), self(std::move(who)) {}
    ~place_in_line() {
        bool returned = false;
        {
            const std::lock_guard lock(budget.mutex_);
            std::erase(line, self);
            returned = self->granted && !self->taken;
            // Who left may have held up the others.
            if (!returned) budget.grant_locked();
        }
        if (returned) budget.give_back(self->bytes);
    }
    place_in_line(const place_in_line&) = delete;
    place_in_line& operator=(const place_in_line&) = delete;

    spool_budget& budget;
    spool_budget::line& line;
    std::shared_ptr<waiter> self;
};

asio::awaitable<bool> spool_budget::take(std::uint64_t bytes, bool has_begun, patience how_long) {
    const auto place = std::make_shared<waiter>(co_await asio::this_coro::executor, bytes);
    {
        const std::lock_guard lock(mutex_);
        const bool is_first = begun_.empty() && (has_begun || new_.empty());
        if (is_first && in_use_ + bytes <= most_) {
            in_use_ += bytes;
            co_return true;
        }
        line_of(has_begun).push_back(place);
    }
    const place_in_line at_end(*this, has_begun, place);
    const auto since = std::chrono::steady_clock::now();
    boost::system::error_code interrupted;
    for (auto step = how_long(duration::zero()); step > duration::zero() && !place->taken && !interrupted;) {
        place->timer.expires_after(step);
        // A grant before the wait begins cancels through this executor, after this coroutine has suspended.
        std::tie(interrupted) = co_await place->timer.async_wait(asio::as_tuple(asio::use_awaitable));
        {
            const std::lock_guard lock(mutex_);
            place->taken = place->granted;
        }
        step = how_long(std::chrono::steady_clock::now() - since);
    }
    counts_.waited("spool_room", std::chrono::steady_clock::now() - since);
    if (!place->taken && interrupted) throw boost::system::system_error(interrupted);
    co_return place->taken;
}

void spool_budget::give_back(std::uint64_t bytes) noexcept {
    const std::lock_guard lock(mutex_);
    in_use_ -= bytes;
    grant_locked();
}

void spool_budget::grant_locked() noexcept {
    while (!begun_.empty() || !new_.empty()) {
        auto& from = begun_.empty() ? new_ : begun_;
        const auto next = from.front();
        if (in_use_ + next->bytes > most_) return;
        in_use_ += next->bytes;
        next->granted = true;
        from.pop_front();
        const auto executor = next->timer.get_executor();
        asio::post(executor, [next] { next->timer.cancel(); });
    }
}

std::uint64_t spool_budget::in_use() const {
    const std::lock_guard lock(mutex_);
    return in_use_;
}

}  // namespace boxgate::box
