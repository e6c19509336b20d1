#pragma once

#include "conf/runtime/log.hpp"

#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>

namespace boost::asio::ssl {
class context;
}

namespace boxgate::net {

/// A context for the server's side of TLS: 1.2 with forward secrecy and AEAD ciphers only, or 1.3. Throws
/// std::runtime_error naming the file.
std::shared_ptr<boost::asio::ssl::context> make_server_tls(const std::filesystem::path& certificate,
                                                           const std::filesystem::path& private_key);

/// The gateway's certificate, read again when its files change, and once a day for fresh ticket keys. A session takes
/// current() once and keeps it. Any thread.
class server_tls {
public:
    using clock = std::chrono::steady_clock;

    /// Throws std::runtime_error naming the file. `log` outlives this.
    server_tls(std::filesystem::path certificate, std::filesystem::path private_key, const runtime::log& log);

    /// Never null. Looks at the files, at most once a second. Where they cannot be used, what was there before stays.
    std::shared_ptr<boost::asio::ssl::context> current();

    /// Looks at the files now. False: they cannot be used; the log says why.
    bool reload();

private:
    using stamps = std::array<std::filesystem::file_time_type, 2>;

    stamps look() const;
    bool read(stamps found);

    const std::filesystem::path certificate_;
    const std::filesystem::path private_key_;
    const runtime::log& log_;
    std::mutex mutex_;
    stamps seen_;  // also of files that could not be used: said once
    std::shared_ptr<boost::asio::ssl::context> context_;
    clock::time_point looked_at_;
    clock::time_point made_at_;
};

}  // namespace boxgate::net
