#include "tests/simulator/simulator.hpp"

#include "tests/simulator/tls_identity.hpp"

namespace box_simulator {

simulator::simulator(simulator_options options)
    : options_(std::move(options)),
      enterprise_(enterprise::load(options_.directory)),
      tree_(options_.directory, enterprise_),
      uploads_(tree_),
      tokens_(enterprise_),
      api_(enterprise_, tree_, uploads_, tokens_, streams_, journal_, faults_) {
    tree_.on_change([this](const std::string& user, const std::string& event, const item& what) {
        streams_.add(user, event, tree_.to_json(what, {}));
    });
    if (!options_.record.empty()) {
        recorder_ = std::make_unique<recorder>(options_.record);
        api_.record_into(recorder_.get());
    }
    const auto date = [this] { return api_.now(); };
    const auto tls = options_.tls ? make_tls_identity(options_.ca_out) : nullptr;
    server_ = std::make_unique<http_server>(
        options_.listen, tls,
        [this](const http_request& request, http_body& body) { return api_.handle(request, body); }, date);
    if (options_.admin) {
        admin_ = std::make_unique<http_server>(
            *options_.admin, nullptr,
            [this](const http_request& request, http_body& body) { return administer(request, body); }, date);
    }
    if (options_.proxy) {
        proxy_ = std::make_unique<connect_proxy>(*options_.proxy, options_.proxy_credentials, *server_);
    }
}

simulator::~simulator() {
    stop();
}

void simulator::start() {
    server_->start();
    if (admin_) admin_->start();
    if (proxy_) proxy_->start();
}

void simulator::stop() {
    faults_.stop();
    streams_.stop();
    api_.folder_changes.stop();
    if (proxy_) proxy_->stop();
    if (admin_) admin_->stop();
    server_->stop();
}

std::string simulator::url() const {
    return (options_.tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port());
}

}  // namespace box_simulator
