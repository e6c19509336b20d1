#include "server/worker.hpp"

#include <pthread.h>
#include <signal.h>

namespace boxgate::server {

worker::worker(std::string thread_name) : keep_running_(context_.get_executor()) {
    thread_ = std::thread([this, name = std::move(thread_name)] {
        pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
        // Signals are the main thread's: a worker in the middle of a system call must not be interrupted by them.
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, nullptr);
        context_.run();
    });
}

worker::~worker() {
    stop();
}

void worker::stop() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
}

}  // namespace boxgate::server
