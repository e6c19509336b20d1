#pragma once

#include <filesystem>
#include <memory>

namespace boost::asio::ssl {
class context;
}

namespace box_simulator {

/// A server context with a fresh certificate for Box's names and loopback, signed by a fresh authority whose
/// certificate is written to `ca_file`.
std::shared_ptr<boost::asio::ssl::context> make_tls_identity(const std::filesystem::path& ca_file);

}  // namespace box_simulator
