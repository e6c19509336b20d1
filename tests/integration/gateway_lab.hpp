#pragma once

#include "conf/runtime/log.hpp"
#include "server/gateway.hpp"
#include "tests/simulator/simulator.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/test_authority.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace boxgate::testing {

/// What a lab's settings have beside the usual, as YAML.
struct gateway_lab_options {
    std::string mode = "allowed";  ///< of `ftp.tls`
    std::string ftp;               ///< lines below `ftp`, with two spaces in front
    std::string tls;               ///< in the flow map `ftp.tls`, each with a comma in front
    std::string top;               ///< lines of the file
    std::string ann;               ///< lines of the user, with four spaces in front
    std::string users;             ///< further users; "PASSWORD" stands for the hash of "secret"
};

/// A whole boxgate in this process, as `boxgate serve` composes it, in front of a Box simulator in this process: real
/// sockets, real TLS to Box, real SSH. One user, "ann" with the password "secret", who is alice@example.com at Box.
class gateway_lab {
public:
    explicit gateway_lab(const gateway_lab_options& options = {});
    ~gateway_lab();
    gateway_lab(const gateway_lab&) = delete;
    gateway_lab& operator=(const gateway_lab&) = delete;

    std::uint16_t ftp_port() const { return gate_->ports().at("ftp").front(); }
    std::uint16_t ftp_port_v6() const { return gate_->ports().at("ftp").back(); }  ///< on [::1]
    std::uint16_t ftps_port() const { return gate_->ports().at("ftps").front(); }  ///< where TLS is implicit
    std::uint16_t sftp_port() const { return gate_->ports().at("sftp").front(); }
    const test_authority& authority() const { return authority_; }
    box_simulator::simulator& box() { return *box_; }
    server::gateway& gate() { return *gate_; }
    const temp_dir& home() const { return home_; }

    /// What Box holds under this path of ann's; nullopt if there is no such file.
    std::optional<std::string> stored(const std::string& path) const;
    /// Makes a file, or a new version of it.
    void seed(const std::string& path, const std::string& content) { box_->items().seed("2003", path, content); }

    /// What is still held on either side, in words; empty: nothing.
    std::string held();
    /// Waits until nothing is; what is left after `patience`, in words.
    std::string held_in_the_end(std::chrono::seconds patience = std::chrono::seconds(15));

    /// The log so far.
    std::string log_text() const;

private:
    temp_dir home_;
    test_authority authority_;
    mutable std::mutex log_mutex_;
    std::string log_lines_;
    runtime::log log_;
    runtime::telemetry counts_;
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
    std::optional<box_simulator::simulator> box_;
    std::optional<server::gateway> gate_;
    std::thread thread_;
};

/// One with everything as it comes, shared by the cases of a suite.
gateway_lab& lab();

}  // namespace boxgate::testing
