#pragma once

#include "conf/runtime/log.hpp"
#include "conf/runtime/telemetry.hpp"
#include "conf/settings/settings.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace boxgate::server {

/// The composition root: builds everything from the settings, connects it, and takes it down in order.
class gateway {
public:
    /// Opens the listening sockets and loads keys and certificates; throws with a text for the operator if it cannot.
    /// `main_context` runs the accepting and the drain; `log` and `counts` outlive the gateway.
    gateway(boost::asio::io_context& main_context, conf::gateway_settings settings, conf::user_table_settings users,
            const runtime::log& log, runtime::telemetry& counts);
    ~gateway();
    gateway(const gateway&) = delete;
    gateway& operator=(const gateway&) = delete;

    /// Starts to accept.
    void start();

    /// Protocol (ftp, ftps for implicit TLS, sftp) -> the ports that are listened on.
    std::map<std::string, std::vector<std::uint16_t>> ports() const;

    /// Reads the FTPS certificate and its key again, as also happens by itself when their files change. Sessions keep
    /// what they began with. False: they cannot be used and the old ones stay; the log says why.
    bool reload_certificate();

    /// Stops accepting, lets transfers and commits finish within limits.drain_timeout (or until hurry()), then cuts off
    /// what is left. True if nothing had to be cut off.
    boost::asio::awaitable<bool> drain();
    void hurry();

    /// Puts another user table in the place of the present one, as a whole. Sessions of logins that are gone, or have
    /// expired, are ended; all others notice nothing, and go on with what they had when they logged in.
    boost::asio::awaitable<void> replace_users(conf::user_table_settings users);

    /// Why nobody should be sent here now; empty: clients will be served. Asks Box at most every 15 s.
    boost::asio::awaitable<std::string> unready();

    /// Returns once every thread that serves somebody has answered.
    boost::asio::awaitable<void> ping();

    /// What is held for clients at this moment; all 0 when nobody is connected and nothing is under way.
    struct usage {
        std::size_t sessions = 0;
        std::size_t open_handles = 0;  ///< of SFTP
        std::size_t passive_ports = 0;
        std::size_t transfer_blocks = 0;
        std::uint64_t spool_bytes = 0;
        std::size_t upload_sessions = 0;  ///< open at Box
        std::size_t settling_tasks = 0;   ///< commits and deletions that go on without their session

        friend bool operator==(const usage&, const usage&) = default;
    };
    /// Asks each worker, and waits for it: not for a worker's own thread.
    usage in_use() const;

private:
    struct parts;
    std::unique_ptr<parts> parts_;
};

}  // namespace boxgate::server
