#pragma once

#include <string>

namespace boxgate::storage {

/// Whose work a filesystem does: for its logs and its telemetry.
struct call_context {
    call_context(std::string session_id, std::string login_name, std::string peer_address, std::string protocol_name)
        : session(std::move(session_id)),
          login(std::move(login_name)),
          peer(std::move(peer_address)),
          protocol(std::move(protocol_name)) {}

    std::string session;   ///< unique in this process
    std::string login;     ///< as in the user table
    std::string peer;      ///< address without the port
    std::string protocol;  ///< "ftp", "ftps" or "sftp"
};

}  // namespace boxgate::storage
