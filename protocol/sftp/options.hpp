#pragma once

#include "conf/runtime/pace.hpp"
#include "protocol/storage/access.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace boxgate::sftp {

/// What one SFTP session may do and hold.
struct options {
    options() = default;

    /// Whether the account can store anything at all.
    bool may_store() const {
        using storage::access;
        return (granted & (access::upload | access::overwrite)) != access::none;
    }

    bool ignore_times = false;  ///< answer OK to setting times, without effect, instead of OP_UNSUPPORTED
    storage::access granted = storage::access::all;  ///< what the account may do: shown in the modes of files
    std::string owner = "box";                       ///< the name that `ls -l` shows; without spaces
    /// What the client may send and fetch, in files; shared with the account's other sessions. Null: no limit.
    std::shared_ptr<runtime::pace> upload_pace;
    std::shared_ptr<runtime::pace> download_pace;
    std::size_t max_handles = 256;
    std::size_t max_requests = 512;               ///< waiting or being served; behind them the client is no longer read
    std::size_t max_request_bytes = 1024 * 1024;  ///< of those requests; the same behind them
    std::size_t max_blocks = 16;                  ///< of transfer memory, held by what is being written
    std::size_t max_output = 1024 * 1024;  ///< bytes of replies waiting; behind them the client is no longer read
    std::chrono::steady_clock::duration memory_patience = std::chrono::seconds(60);  ///< for transfer memory
};

}  // namespace boxgate::sftp
