#include "protocol/sftp/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

namespace boxgate::sftp {

namespace asio = boost::asio;

task_group::task_group(asio::any_io_executor executor, std::function<void(std::exception_ptr)> on_bug)
    : executor_(std::move(executor)), state_(std::make_shared<state>()) {
    state_->on_bug = std::move(on_bug);
}

void task_group::spawn(asio::awaitable<void> work) {
    const auto signal = std::make_shared<asio::cancellation_signal>();
    const auto place = state_->signals.insert(state_->signals.end(), signal);
    auto ended = [group = state_, signal, place](std::exception_ptr error) {
        group->signals.erase(place);
        if (!error) return;
        try {
            std::rethrow_exception(error);
        } catch (const boost::system::system_error& thrown) {
            if (thrown.code() == asio::error::operation_aborted) return;
        } catch (...) {
            // Anything else is told below.
        }
        if (group->on_bug) group->on_bug(error);
    };
    asio::co_spawn(executor_, std::move(work), asio::bind_cancellation_slot(signal->slot(), std::move(ended)));
}

void task_group::cancel_all() {
    // A task may end while it is being cancelled.
    const signal_list signals = state_->signals;
    state_->on_bug = nullptr;
    for (const auto& signal : signals) signal->emit(asio::cancellation_type::terminal);
    // Called from outside the executor, emit() only posts a function that refers to the signal; a task that ends before
    // it has run would take the signal along.
    asio::post(executor_, [signals] {});
}

}  // namespace boxgate::sftp
