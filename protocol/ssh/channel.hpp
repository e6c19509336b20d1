#pragma once

#include "auth/account.hpp"
#include "protocol/sftp/server.hpp"
#include "protocol/ssh/handles.hpp"
#include "protocol/ssh/services.hpp"

#include <boost/asio/awaitable.hpp>
#include <libssh/callbacks.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace boxgate::ssh {

/// A session channel and the SFTP server behind it (RFC 4254 section 6). libssh calls in with data; nothing is ever
/// written from there, only from pump(), which the session calls after each of libssh's turns.
class channel {
public:
    /// Takes over `raw`, whose session is `session`. `wake` is called, from anywhere, when pump() has something to do.
    channel(ssh_session session, ssh_channel raw, const boost::asio::any_io_executor& executor, const services& with,
            std::shared_ptr<const auth::account> who, storage::call_context context, std::function<void()> wake);
    /// Ends what the client has open, and closes the channel if that is still possible.
    ~channel();
    channel(const channel&) = delete;
    channel& operator=(const channel&) = delete;

    /// The client asks for the subsystem "sftp". False if it has asked already.
    bool start_subsystem();

    /// The client asks for a command or a shell, which is granted only to tell it on the error stream, where people see
    /// it, what to do instead. False if something has been asked for already.
    bool explain(std::string text);

    /// Moves bytes both ways. False if the channel is finished and can go.
    bool pump();

    /// Why the whole connection must end; empty if it need not.
    const std::string& fault() const { return fault_; }
    bool busy() const;               ///< something is under way that a shutdown should wait for
    bool waits_for_storage() const;  ///< the client waits for an answer, or for room, that takes its time
    bool is_closed_by_client() const { return remote_closed_; }
    /// There is something that the client does not take; and how many bytes it has been given so far.
    bool has_output() const { return server_ && !server_->next_output().empty(); }
    std::uint64_t given() const { return given_; }
    std::size_t open_handles() const { return server_ ? server_->open_handles() : 0; }
    void trim();

    /// Ends the channel in an orderly way: exit status, end of file, close.
    void finish(int exit_status);

private:
    enum class stage { no_subsystem, explaining, opening, serving, closing };
    using opened_tree = storage::result<std::unique_ptr<storage::filesystem>>;
    // Outlives the channel while the storage is still being asked.
    struct opening {
        std::optional<opened_tree> tree;
        std::function<void()> wake;
    };

    static int on_data(ssh_session, ssh_channel, void* data, uint32_t length, int is_stderr, void* self);
    static void on_eof(ssh_session, ssh_channel, void* self);
    static void on_close(ssh_session, ssh_channel, void* self);
    static boost::asio::awaitable<void> open_tree(std::shared_ptr<opening> into, storage::provider& provider,
                                                  storage::mount what, storage::call_context context,
                                                  std::chrono::milliseconds patience);

    std::size_t take(std::span<const std::byte> all);
    void begin_serving();
    void drain();
    void write();
    void fail(const std::string& text);

    ssh_session session_;
    ssh_channel raw_;
    boost::asio::any_io_executor executor_;
    const services& with_;
    std::shared_ptr<const auth::account> account_;
    storage::call_context context_;
    std::function<void()> wake_;
    ssh_channel_callbacks_struct callbacks_{};
    sftp::task_group tasks_;
    stage stage_ = stage::no_subsystem;
    std::shared_ptr<opening> opening_;
    std::unique_ptr<sftp::server> server_;
    sftp::byte_buffer drained_;  // taken out of libssh, not yet by the server
    std::size_t undrained_ = 0;  // refused by on_data and still in libssh's buffer
    std::uint64_t given_ = 0;
    bool writing_ = false;  // libssh may call back while it writes
    bool remote_eof_ = false;
    bool remote_closed_ = false;
    std::string explanation_;
    std::string fault_;
};

}  // namespace boxgate::ssh
