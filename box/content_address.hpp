#pragma once

#include "box/identity.hpp"
#include "box/worker_context.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace boxgate::box {

/// Where Box's data host gives the content of one version of a file: a pre-signed address, good for some minutes and
/// secret as long. Shared by the streams of one download; belongs to the worker.
class content_address {
public:
    /// An empty `version_id`: the current version.
    content_address(std::shared_ptr<worker_context> with, std::shared_ptr<identity> who, std::string file_id,
                    std::string version_id);

    /// The address, from Box where none is known or the known one is old. Askers at the same time share one call.
    boost::asio::awaitable<storage::result<std::string>> get();
    /// The data host has refused it: the next get() asks Box.
    void spoil(const std::string& refused);

private:
    boost::asio::awaitable<storage::result<std::string>> ask();

    std::shared_ptr<worker_context> with_;
    std::shared_ptr<identity> who_;
    std::string file_id_;
    std::string version_id_;
    std::string url_;
    std::chrono::steady_clock::time_point since_;
    bool asking_ = false;
    boost::asio::steady_timer asked_;
};

}  // namespace boxgate::box
