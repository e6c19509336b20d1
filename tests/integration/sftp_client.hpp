#pragma once

#include "tests/integration/dialogue.hpp"

#include <libssh/sftp.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace boxgate::testing {

/// libssh as a client, one call a step, for tests that stop it anywhere. A call that fails is an exception.
class sftp_client {
public:
    explicit sftp_client(std::uint16_t port) : port_(port) {}
    ~sftp_client();
    sftp_client(const sftp_client&) = delete;
    sftp_client& operator=(const sftp_client&) = delete;

    void connect();
    void log_in();
    void open_channel();
    void request_subsystem();
    void hello();

    void open(const std::string& path, int how);
    void write(std::string_view bytes);
    std::string read(std::size_t bytes);
    void close_file();
    void leave();

    /// Loses the connection.
    void lose(loss how);

private:
    void check(bool good, const char* what) const;

    std::uint16_t port_;
    ssh_session session_ = nullptr;
    ssh_channel channel_ = nullptr;
    sftp_session sftp_ = nullptr;
    sftp_file file_ = nullptr;
};

}  // namespace boxgate::testing
