#pragma once

#include "conf/settings/settings.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace boxgate::ssh {

/// How SSH sessions behave; the defaults are those of the settings.
struct session_options {
    session_options() = default;
    session_options(const conf::sftp_settings& sftp, const conf::limit_settings& limits)
        : login_timeout(limits.login_timeout),
          idle_timeout(limits.idle_timeout),
          transfer_timeout(limits.transfer_timeout),
          ignore_times(sftp.set_times == conf::set_times::ignore),
          old_clients(sftp.algorithms == conf::ssh_algorithms::compatible) {}

    std::chrono::milliseconds login_timeout = std::chrono::seconds(60);      ///< from accept to login
    std::chrono::milliseconds idle_timeout = std::chrono::seconds(600);      ///< without a request or a reply
    std::chrono::milliseconds transfer_timeout = std::chrono::seconds(120);  ///< with replies waiting and none taken
    std::chrono::milliseconds open_timeout = std::chrono::seconds(60);       ///< for the account's tree at Box
    std::chrono::milliseconds keepalive = std::chrono::seconds(15);  ///< between packets while a reply takes long
    bool ignore_times = false;
    bool old_clients = false;       ///< offer what clients need that know nothing newer
    unsigned max_tries = 6;         ///< refused passwords and signed keys before the connection ends
    unsigned max_key_offers = 30;   ///< keys that were only asked about
    std::uint64_t rekey_bytes = 0;  ///< 0: libssh's own, 64 GiB for AES and 1 GiB for ChaCha20
    std::size_t max_bytes_before_login = 512 * 1024;
    std::size_t max_backlog = 4 * 1024 * 1024;  ///< of packets that the client does not take
};

}  // namespace boxgate::ssh
