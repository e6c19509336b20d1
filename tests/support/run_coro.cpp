#include "tests/support/run_coro.hpp"

#include <boost/asio/co_spawn.hpp>

#include <stdexcept>
#include <string>

namespace boxgate::testing::detail {

void run_until_ended(boost::asio::io_context& context, boost::asio::awaitable<void> work,
                     std::chrono::steady_clock::duration patience, const std::source_location& caller) {
    struct ending {
        bool reached = false;
        std::exception_ptr error;
    };
    // Shared: after a timeout the coroutine may still end, when the context runs again.
    const auto end = std::make_shared<ending>();
    boost::asio::co_spawn(context, std::move(work), [end](std::exception_ptr error) {
        end->reached = true;
        end->error = error;
    });
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!end->reached && std::chrono::steady_clock::now() < deadline) {
        if (context.stopped()) context.restart();
        if (context.run_one_until(deadline) == 0 && context.stopped()) break;  // nothing is left that could wake it
    }
    if (!end->reached) {
        throw std::runtime_error("the coroutine did not end, at " + std::string(caller.file_name()) + ":" +
                                 std::to_string(caller.line()));
    }
    if (end->error) std::rethrow_exception(end->error);
}

}  // namespace boxgate::testing::detail
