#include "tests/simulator/slow_changes.hpp"

#include "tests/simulator/box_error.hpp"

#include <algorithm>

namespace box_simulator {

slow_changes::~slow_changes() {
    stop();
    for (auto& thread : threads_) thread.join();
}

std::optional<http_response> slow_changes::run(std::function<http_response()> work) {
    const std::chrono::milliseconds takes(change_ms.load()), limit(answer_limit_ms.load());
    if (takes <= limit) {
        if (!wait(takes)) throw broken_connection();
        return work();
    }
    {
        const std::lock_guard lock(mutex_);
        threads_.emplace_back([this, takes, work = std::move(work)] {
            if (!wait(takes)) return;
            try {
                work();
            } catch (const box_error&) {
                // Nobody is there to be told.
            }
        });
    }
    if (!wait(limit)) throw broken_connection();
    return std::nullopt;
}

bool slow_changes::wait(std::chrono::milliseconds length) {
    std::unique_lock lock(mutex_);
    return !stopped_changed_.wait_for(lock, length, [this] { return stopped_; });
}

void slow_changes::stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    stopped_changed_.notify_all();
}

}  // namespace box_simulator
