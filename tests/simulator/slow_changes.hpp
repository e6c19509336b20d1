#pragma once

#include "tests/simulator/http.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <thread>

namespace box_simulator {

/// Moves, renames and deletions of folders that take Box a while, and that it goes on with after it has answered 503.
class slow_changes {
public:
    ~slow_changes();

    /// Does `work` after `change_ms`. The answer, or nullopt if Box answers before: `work` is then done later all the
    /// same.
    std::optional<http_response> run(std::function<http_response()> work);

    /// Nothing that is still waited for is done any more.
    void stop();

    std::atomic<int> change_ms = 0;              ///< how long a change takes
    std::atomic<int> answer_limit_ms = 600'000;  ///< how long Box lets a client wait for it

private:
    bool wait(std::chrono::milliseconds length);

    std::mutex mutex_;
    std::condition_variable stopped_changed_;
    bool stopped_ = false;
    std::list<std::thread> threads_;
};

}  // namespace box_simulator
