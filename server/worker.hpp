#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <string>
#include <thread>

namespace boxgate::server {

/// One thread with its own io_context. A session is born on a worker and never leaves it, so that nothing of a session
/// needs a lock. The control thread is a worker without sessions.
class worker {
public:
    explicit worker(std::string thread_name);
    ~worker();  ///< stops and joins
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;

    boost::asio::io_context::executor_type executor() { return context_.get_executor(); }

    /// Ends the thread without waiting for what still runs on it; destroying the worker then destroys that work.
    void stop();

private:
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_running_;
    std::thread thread_;
};

}  // namespace boxgate::server
