#pragma once

#include "auth/account.hpp"
#include "protocol/ftp/charset.hpp"
#include "protocol/ftp/control_channel.hpp"
#include "protocol/ftp/data_channel.hpp"
#include "protocol/ftp/listing.hpp"
#include "protocol/ftp/running_transfer.hpp"
#include "protocol/ftp/services.hpp"
#include "protocol/net/line_reader.hpp"
#include "protocol/net/stream.hpp"
#include "protocol/storage/call_context.hpp"
#include "protocol/storage/filesystem.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace boxgate::ftp {

/// All that a command can see and change: the state of one client's session, and what it works with.
struct conversation {
    conversation(const services& shared, boost::asio::ip::tcp::socket socket, const std::string& session_name);

    /// The server's side of TLS on the control connection. False: it came to nothing, which was logged; the session
    /// ends.
    boost::asio::awaitable<bool> start_tls();

    /// The path that a command names, in the client's charset. What cannot be one is answered here, and nullopt.
    boost::asio::awaitable<std::optional<storage::path>> path_of(std::string written);

    /// Waits so long, less if the control connection ends. False: it has.
    boost::asio::awaitable<bool> wait(std::chrono::steady_clock::duration how_long);
    /// Makes wait() look at once whether the connection is still there.
    void stop_waiting() { pause_.cancel(); }

    void set_charset(std::shared_ptr<const charset> how) {
        names = std::move(how);
        replies.set_charset(names);
    }

    /// Whether files pass with the ends of their lines changed.
    bool converts_lines() const { return ascii && account && account->ascii_conversion; }

    bool is_logged_in() const { return files != nullptr; }
    void log_out();

    const services& with;
    net::stream control;
    net::line_reader lines;
    control_channel replies;
    storage::call_context who;

    // Login.
    std::string user;  ///< given by USER, not yet proven
    unsigned refusals = 0;
    std::chrono::steady_clock::time_point logged_out_at = std::chrono::steady_clock::now();  ///< or accepted
    std::shared_ptr<const auth::account> account;
    std::shared_ptr<const void> slot;
    std::unique_ptr<storage::filesystem> files;  ///< null until logged in

    std::shared_ptr<boost::asio::ssl::context> tls;  ///< what this session began with; null: no TLS yet
    std::shared_ptr<const charset> names;            ///< how the client writes names; never null
    bool utf8_asked = false;                         ///< by OPTS UTF8 ON, before the login perhaps

    // What commands prepare for later ones.
    storage::path directory;
    std::optional<storage::path> rename_from;  ///< by RNFR, for the very next command
    std::optional<std::uint64_t> announced;    ///< by ALLO, for the next upload
    fact_choice facts;
    bool ascii = true;  ///< TYPE; without effect but for accounts that want it, see converts_lines()
    bool pbsz_given = false;
    bool protect_data = false;  ///< PROT P
    bool only_epsv = false;     ///< after EPSV ALL
    data_channel data;

    running_transfer transfer;
    bool ending = false;  ///< after QUIT, or when going on makes no sense: the connection ends with this command

private:
    boost::asio::steady_timer pause_;
};

}  // namespace boxgate::ftp
