#pragma once

#include "tests/simulator/api.hpp"
#include "tests/simulator/connect_proxy.hpp"
#include "tests/simulator/enterprise.hpp"
#include "tests/simulator/event_streams.hpp"
#include "tests/simulator/faults.hpp"
#include "tests/simulator/http_server.hpp"
#include "tests/simulator/journal.hpp"
#include "tests/simulator/recorder.hpp"
#include "tests/simulator/tokens.hpp"
#include "tests/simulator/tree.hpp"
#include "tests/simulator/upload_sessions.hpp"

#include <boost/json/object.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace box_simulator {

struct simulator_options {
    std::filesystem::path directory;  ///< as init() has made it
    std::string listen = "127.0.0.1:0";
    bool tls = false;
    std::filesystem::path ca_out;  ///< needed with tls
    std::optional<std::string> admin;
    std::optional<std::string> proxy;
    std::string proxy_credentials;  ///< "user:password"
    std::filesystem::path record;   ///< where exchanges are written to, if anywhere
};

/// Box, in one process: for tests in theirs, and as the program box-simulator.
class simulator {
public:
    explicit simulator(simulator_options options);
    ~simulator();

    void start();
    void stop();

    std::uint16_t port() const { return server_->port(); }
    std::uint16_t admin_port() const { return admin_ ? admin_->port() : 0; }
    std::uint16_t proxy_port() const { return proxy_ ? proxy_->port() : 0; }
    std::string url() const;  ///< for api_url and upload_url alike

    enterprise& people() { return enterprise_; }
    tree& items() { return tree_; }
    upload_sessions& uploads() { return uploads_; }
    token_store& tokens() { return tokens_; }
    journal& requests() { return journal_; }
    faults& trouble() { return faults_; }
    event_streams& streams() { return streams_; }
    api& box() { return api_; }

private:
    http_response administer(const http_request& request, http_body& body);
    boost::json::object state() const;
    boost::json::object settings();
    void change_settings(const boost::json::object& to);
    std::string user_id(const boost::json::object& from) const;

    simulator_options options_;
    enterprise enterprise_;
    tree tree_;
    upload_sessions uploads_;
    token_store tokens_;
    event_streams streams_;
    journal journal_;
    faults faults_;
    std::unique_ptr<recorder> recorder_;
    api api_;
    std::unique_ptr<http_server> server_;
    std::unique_ptr<http_server> admin_;
    std::unique_ptr<connect_proxy> proxy_;
};

}  // namespace box_simulator
