#include "tests/support/memory_faults.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>

namespace boxgate::testing {

namespace asio = boost::asio;

struct memory_faults::waiter {
    explicit waiter(const asio::any_io_executor& executor) : timer(executor, asio::steady_timer::time_point::max()) {}

    asio::steady_timer timer;  // only touched on its executor
    bool released = false;     // under the mutex
};

void memory_faults::fail_next(verb which, storage::failure what, int times) {
    const std::lock_guard lock(mutex_);
    of(which).failures = times;
    of(which).failure = std::move(what);
}

void memory_faults::fail_after(verb which, std::uint64_t bytes, storage::failure what) {
    const std::lock_guard lock(mutex_);
    of(which).byte_limit = bytes;
    of(which).byte_failure = std::move(what);
}

void memory_faults::hold(verb which) {
    const std::lock_guard lock(mutex_);
    of(which).held = true;
}

void memory_faults::release(verb which) {
    std::list<place> freed;
    {
        const std::lock_guard lock(mutex_);
        of(which).held = false;
        for (auto at = line_.begin(); at != line_.end();) {
            const auto next = std::next(at);
            if (at->which == which) {
                if (at->who) at->who->released = true;
                freed.splice(freed.end(), line_, at);
            }
            at = next;
        }
    }
    for (auto& each : freed) {
        if (each.job) each.job();
        if (!each.who) continue;
        const auto executor = each.who->timer.get_executor();
        asio::post(executor, [who = std::move(each.who)] { who->timer.cancel(); });
    }
}

std::size_t memory_faults::held(verb which) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(
        std::count_if(line_.begin(), line_.end(), [&](const place& each) { return each.which == which; }));
}

std::size_t memory_faults::calls(verb which) const {
    const std::lock_guard lock(mutex_);
    return of(which).calls;
}

void memory_faults::forget() {
    const std::lock_guard lock(mutex_);
    for (auto& each : plans_) {
        each.calls = 0;
        each.failures = 0;
        each.byte_limit.reset();
    }
}

void memory_faults::count(verb which) {
    const std::lock_guard lock(mutex_);
    ++of(which).calls;
}

std::optional<storage::failure> memory_faults::take_failure(verb which) {
    const std::lock_guard lock(mutex_);
    if (of(which).failures == 0) return std::nullopt;
    --of(which).failures;
    return of(which).failure;
}

std::optional<storage::failure> memory_faults::byte_failure(verb which, std::uint64_t end) const {
    const std::lock_guard lock(mutex_);
    const auto& limit = of(which).byte_limit;
    if (!limit || end <= *limit) return std::nullopt;
    return of(which).byte_failure;
}

asio::awaitable<void> memory_faults::wait_turn(verb which, std::function<void()> job) {
    const auto who = std::make_shared<waiter>(co_await asio::this_coro::executor);
    bool waits = false;
    {
        const std::lock_guard lock(mutex_);
        waits = of(which).held;
        if (waits) line_.push_back(place(which, std::move(job), who));
    }
    if (!waits) {
        if (job) job();
        co_return;
    }
    // Also runs when the coroutine is destroyed in its sleep: the timer must not outlive its io_context.
    struct leave_line {
        leave_line(memory_faults& owner, std::shared_ptr<waiter> leaver) : faults(owner), who(std::move(leaver)) {}
        ~leave_line() {
            const std::lock_guard lock(faults.mutex_);
            const auto at = std::find_if(faults.line_.begin(), faults.line_.end(),
                                         [&](const place& each) { return each.who == who; });
            if (at == faults.line_.end()) return;
            at->who.reset();
            if (!at->job) faults.line_.erase(at);
        }
        memory_faults& faults;
        std::shared_ptr<waiter> who;
    };
    const leave_line at_end(*this, who);
    const auto [error] = co_await who->timer.async_wait(asio::as_tuple(asio::use_awaitable));
    bool released = false;
    {
        const std::lock_guard lock(mutex_);
        released = who->released;
    }
    if (!released) throw boost::system::system_error(error);
}

}  // namespace boxgate::testing
