#include "box/settler.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>

namespace boxgate::box {

namespace asio = boost::asio;

void settler::adopt(asio::any_io_executor executor, std::string name, asio::awaitable<void> task) {
    open_.fetch_add(1, std::memory_order_relaxed);
    asio::co_spawn(executor, std::move(task), [this, name = std::move(name)](std::exception_ptr error) {
        open_.fetch_sub(1, std::memory_order_relaxed);
        if (!error) return;
        try {
            std::rethrow_exception(error);
        } catch (const std::exception& what) {
            log_.error("task_failed", {{"task", name}, {"reason", what.what()}});
        }
    });
}

}  // namespace boxgate::box
