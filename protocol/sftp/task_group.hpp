#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <exception>
#include <functional>
#include <list>
#include <memory>

namespace boxgate::sftp {

/// The coroutines that work for one session. They own what they use; cancel_all() makes each of them leave at its next
/// wait.
class task_group {
public:
    /// `on_bug` hears of an exception that is not a cancellation.
    task_group(boost::asio::any_io_executor executor, std::function<void(std::exception_ptr)> on_bug);

    void spawn(boost::asio::awaitable<void> work);
    void cancel_all();
    std::size_t running() const { return state_->signals.size(); }

private:
    using signal_list = std::list<std::shared_ptr<boost::asio::cancellation_signal>>;
    // Outlives the group while a cancelled task is still on its way out.
    struct state {
        signal_list signals;
        std::function<void(std::exception_ptr)> on_bug;
    };

    boost::asio::any_io_executor executor_;
    std::shared_ptr<state> state_;
};

}  // namespace boxgate::sftp
