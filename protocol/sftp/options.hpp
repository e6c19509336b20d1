#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace boxgate::sftp {

/// What one SFTP session may do and hold.
struct options {
    options() = default;

    bool ignore_times = false;  ///< answer OK to setting times, without effect, instead of OP_UNSUPPORTED
    bool read_only = false;     ///< the account can store nothing: shown in the modes of files
    std::string owner = "box";  ///< the name that `ls -l` shows
    std::size_t max_handles = 256;
    std::size_t max_requests = 512;        ///< waiting or being served; behind them the client is no longer read
    std::size_t max_blocks = 16;           ///< of transfer memory, held by what is being written
    std::size_t max_output = 1024 * 1024;  ///< bytes of replies waiting; behind them the client is no longer read
    std::chrono::steady_clock::duration memory_patience = std::chrono::seconds(60);  ///< for transfer memory
};

}  // namespace boxgate::sftp
