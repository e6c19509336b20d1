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
    place_in_line(spool_budget& in, claim why, std::shared_ptr<waiter> who)
        : budget(in), what_for(why), line(in.line_of(why)), self(std::move(who)) {}
    ~place_in_line() {
        bool returned = false;
        {
            const std::lock_guard lock(budget.mutex_);
            std::erase(line, self);
            returned = self->granted && !self->taken;
            // Who left may have held up the others.
            if (!returned) budget.grant_locked();
        }
        if (returned) budget.give_back(self->bytes, what_for);
    }
    place_in_line(const place_in_line&) = delete;
    place_in_line& operator=(const place_in_line&) = delete;

    spool_budget& budget;
    const claim what_for;
    spool_budget::line& line;
    std::shared_ptr<waiter> self;
};

spool_budget::by_parts::by_parts(spool_budget& of) : budget_(of) {
    const std::lock_guard lock(budget_.mutex_);
    ++budget_.by_parts_;
}

spool_budget::by_parts::~by_parts() {
    const std::lock_guard lock(budget_.mutex_);
    --budget_.by_parts_;
    budget_.grant_locked();
}

asio::awaitable<bool> spool_budget::take(std::uint64_t bytes, claim what_for, patience how_long) {
    const auto place = std::make_shared<waiter>(co_await asio::this_coro::executor, bytes);
    {
        const std::lock_guard lock(mutex_);
        auto& waiting = line_of(what_for);
        // The part that lacks least comes first: it leaves first.
        const auto lacks_more = [&](const auto& other) { return what_for == claim::part && other->bytes > bytes; };
        const auto behind_me = std::find_if(waiting.begin(), waiting.end(), lacks_more);
        if (behind_me == waiting.begin() && fits_locked(bytes, what_for)) {
            use_locked(bytes, what_for);
            co_return true;
        }
        waiting.insert(behind_me, place);
    }
    const place_in_line at_end(*this, what_for, place);
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

void spool_budget::give_back(std::uint64_t bytes, claim what_for) noexcept {
    const std::lock_guard lock(mutex_);
    in_use_ -= bytes;
    if (what_for == claim::part) in_parts_ -= bytes;
    grant_locked();
}

bool spool_budget::fits_locked(std::uint64_t bytes, claim what_for) const {
    if (in_use_ + bytes > most_) return false;
    const auto kept = by_parts_ > 0 ? most_ / 4 : 0;
    if (what_for == claim::beginning && !is_empty(claim::more)) return false;
    if (what_for != claim::part) return in_use_ - in_parts_ + bytes <= most_ - kept;
    // One part at least, or there would be an end of it.
    const bool others_wait = !is_empty(claim::more) || !is_empty(claim::beginning);
    return !others_wait || in_parts_ == 0 || in_parts_ + bytes <= kept;
}

void spool_budget::use_locked(std::uint64_t bytes, claim what_for) {
    in_use_ += bytes;
    if (what_for == claim::part) in_parts_ += bytes;
}

bool spool_budget::grant_locked(claim what_for) noexcept {
    auto& from = line_of(what_for);
    if (from.empty()) return false;
    const auto next = from.front();
    if (!fits_locked(next->bytes, what_for)) return false;
    use_locked(next->bytes, what_for);
    next->granted = true;
    from.pop_front();
    const auto executor = next->timer.get_executor();
    asio::post(executor, [next] { next->timer.cancel(); });
    return true;
}

void spool_budget::grant_locked() noexcept {
    while (grant_locked(claim::more) || grant_locked(claim::part) || grant_locked(claim::beginning)) {
    }
}

std::uint64_t spool_budget::in_use() const {
    const std::lock_guard lock(mutex_);
    return in_use_;
}

}  // namespace boxgate::box
