#pragma once

#include "box/api/endpoints.hpp"
#include "box/client.hpp"
#include "box/options.hpp"
#include "box/settler.hpp"
#include "box/spool.hpp"
#include "conf/runtime/log.hpp"
#include "protocol/storage/block.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <memory>

namespace boxgate::box {

/// What transfers on one worker work with. Shared by the provider and everything it opened; what it refers to belongs
/// to the engine, which outlives all of it.
struct worker_context {
    worker_context(boost::asio::any_io_executor worker_executor, boost::asio::any_io_executor control_executor,
                   std::unique_ptr<client> worker_calls, std::shared_ptr<storage::block_pool> memory,
                   const options& chosen, const api::endpoints& where, spool& files,
                   boost::asio::thread_pool& disk_pool, settler& tidier, std::atomic<std::size_t>& sessions,
                   const runtime::log& to_log)
        : executor(std::move(worker_executor)),
          control(std::move(control_executor)),
          calls(std::move(worker_calls)),
          blocks(std::move(memory)),
          settings(chosen),
          endpoints(where),
          spool_files(files),
          disk(disk_pool),
          settle(tidier),
          open_upload_sessions(sessions),
          log(to_log) {}

    boost::asio::any_io_executor executor;
    boost::asio::any_io_executor control;
    std::unique_ptr<client> calls;
    std::shared_ptr<storage::block_pool> blocks;
    const options& settings;
    const api::endpoints& endpoints;
    spool& spool_files;
    boost::asio::thread_pool& disk;
    settler& settle;
    std::atomic<std::size_t>& open_upload_sessions;
    const runtime::log& log;
};

/// How long a transfer waits for memory before it gives up.
constexpr std::chrono::seconds block_patience{120};

}  // namespace boxgate::box
