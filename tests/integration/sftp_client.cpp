#include "tests/integration/sftp_client.hpp"

#include <stdexcept>
#include <sys/socket.h>

namespace boxgate::testing {

namespace {

constexpr std::size_t chunk = 30'000;

}  // namespace

sftp_client::~sftp_client() {
    lose(loss::closed);
}

void sftp_client::check(bool good, const char* what) const {
    if (!good) throw std::runtime_error(std::string(what) + ": " + (session_ ? ssh_get_error(session_) : "no session"));
}

void sftp_client::connect() {
    session_ = ssh_new();
    const char* host = "127.0.0.1";
    const unsigned port = port_;
    const long patience = 20;
    const int no_config = 0;
    ssh_options_set(session_, SSH_OPTIONS_HOST, host);
    ssh_options_set(session_, SSH_OPTIONS_PORT, &port);
    ssh_options_set(session_, SSH_OPTIONS_USER, "ann");
    ssh_options_set(session_, SSH_OPTIONS_TIMEOUT, &patience);
    ssh_options_set(session_, SSH_OPTIONS_PROCESS_CONFIG, &no_config);
    check(ssh_connect(session_) == SSH_OK, "connect");
}

void sftp_client::log_in() {
    check(ssh_userauth_password(session_, nullptr, "secret") == SSH_AUTH_SUCCESS, "password");
}

void sftp_client::open_channel() {
    channel_ = ssh_channel_new(session_);
    check(ssh_channel_open_session(channel_) == SSH_OK, "channel");
}

void sftp_client::request_subsystem() {
    check(ssh_channel_request_sftp(channel_) == SSH_OK, "subsystem");
}

void sftp_client::hello() {
    sftp_ = sftp_new_channel(session_, channel_);
    channel_ = nullptr;  // the SFTP session's now
    check(sftp_ && sftp_init(sftp_) == SSH_OK, "INIT");
}

void sftp_client::open(const std::string& path, int how) {
    file_ = sftp_open(sftp_, path.c_str(), how, 0644);
    check(file_ != nullptr, "OPEN");
}

void sftp_client::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto n = sftp_write(file_, bytes.data(), std::min(bytes.size(), chunk));
        check(n > 0, "WRITE");
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
}

std::string sftp_client::read(std::size_t bytes) {
    std::string all;
    std::string piece(chunk, '\0');
    while (all.size() < bytes) {
        const auto n = sftp_read(file_, piece.data(), std::min(piece.size(), bytes - all.size()));
        check(n >= 0, "READ");
        if (n == 0) break;
        all.append(piece, 0, static_cast<std::size_t>(n));
    }
    return all;
}

void sftp_client::close_file() {
    const int outcome = sftp_close(file_);
    file_ = nullptr;
    check(outcome == SSH_OK, "CLOSE");
}

void sftp_client::leave() {
    if (sftp_) sftp_free(sftp_);
    sftp_ = nullptr;
    ssh_disconnect(session_);
}

void sftp_client::lose(loss how) {
    if (!session_) return;
    // Nothing that libssh says while it is taken down may reach the server.
    const auto socket = ssh_get_fd(session_);
    if (socket >= 0 && how == loss::closed) ::shutdown(socket, SHUT_RDWR);
    if (socket >= 0 && how == loss::reset) {
        const sockaddr nobody{AF_UNSPEC, {}};  // Linux: leaves the connection with a reset, and keeps the descriptor
        ::connect(socket, &nobody, sizeof nobody);
    }
    if (file_) sftp_close(file_);
    if (sftp_) sftp_free(sftp_);
    ssh_free(session_);
    file_ = nullptr;
    sftp_ = nullptr;
    channel_ = nullptr;
    session_ = nullptr;
}

}  // namespace boxgate::testing
