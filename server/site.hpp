#pragma once

#include "protocol/ftp/session_group.hpp"
#include "protocol/ssh/acceptor_context.hpp"
#include "protocol/storage/provider.hpp"
#include "server/worker.hpp"

#include <boost/asio/post.hpp>

#include <memory>
#include <set>
#include <string>

namespace boxgate::server {

/// One worker with what its sessions use. The thread has stopped before any of it goes.
struct site {
    explicit site(const std::string& name) : thread(name) {}

    std::size_t sessions() const { return (ftp ? ftp->sessions() : 0) + (ssh ? ssh->sessions() : 0); }
    void end_logins(const std::set<std::string>& logins) {
        boost::asio::post(thread.executor(), [this, logins] {
            if (ftp) ftp->end_logins(logins);
            if (ssh) ssh->end_logins(logins);
        });
    }
    void stop_sessions(bool when_idle) {
        boost::asio::post(thread.executor(), [this, when_idle] {
            if (ftp) ftp->stop(when_idle);
            if (ssh) ssh->stop(when_idle);
        });
    }

    worker thread;
    std::unique_ptr<storage::provider> provider;
    std::unique_ptr<ftp::session_group> ftp;
    std::unique_ptr<ssh::acceptor_context> ssh;
};

}  // namespace boxgate::server
