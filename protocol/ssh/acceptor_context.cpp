#include "protocol/ssh/acceptor_context.hpp"

#include "protocol/ssh/algorithms.hpp"

#include <stdexcept>
#include <vector>

namespace boxgate::ssh {

using boost::asio::ip::tcp;

namespace {

void set(ssh_bind bind, ssh_bind_options_e option, const void* value) {
    if (ssh_bind_options_set(bind, option, value) == SSH_OK) return;
    throw std::runtime_error(std::string("SSH: libssh refuses a setting: ") + ssh_get_error(bind));
}

bind_handle make_bind(const host_keys& keys, const algorithm_lists& lists) {
    bind_handle bind(ssh_bind_new());
    if (!bind) throw std::runtime_error("SSH: libssh could not be set up");
    // Otherwise the first connection reads a configuration file of the machine.
    const bool no = false;
    set(bind.get(), SSH_BIND_OPTIONS_PROCESS_CONFIG, &no);
    set(bind.get(), SSH_BIND_OPTIONS_BANNER, software_version);
    set(bind.get(), SSH_BIND_OPTIONS_KEY_EXCHANGE, lists.key_exchanges);
    set(bind.get(), SSH_BIND_OPTIONS_CIPHERS_C_S, ciphers);
    set(bind.get(), SSH_BIND_OPTIONS_CIPHERS_S_C, ciphers);
    set(bind.get(), SSH_BIND_OPTIONS_HMAC_C_S, lists.macs);
    set(bind.get(), SSH_BIND_OPTIONS_HMAC_S_C, lists.macs);
    set(bind.get(), SSH_BIND_OPTIONS_HOSTKEY_ALGORITHMS, host_key_algorithms);
    set(bind.get(), SSH_BIND_OPTIONS_PUBKEY_ACCEPTED_KEY_TYPES, user_key_algorithms);
    for (auto& key : keys.copies()) {
        set(bind.get(), SSH_BIND_OPTIONS_IMPORT_KEY, key.get());
        key.release();  // ssh_bind_free frees it
    }
    return bind;
}

}  // namespace

acceptor_context::acceptor_context(services with, const host_keys& keys, std::string name)
    : with_(std::make_shared<const services>(std::move(with))),
      name_(std::move(name)),
      bind_(make_bind(keys, with_->options.old_clients ? compatible_algorithms : modern_algorithms)) {}

acceptor_context::~acceptor_context() {
    stop(false);
}

void acceptor_context::start(tcp::socket socket, std::function<void()> ended) {
    if (stopped_) {
        if (ended) ended();
        return;
    }
    const auto number = next_++;
    auto gone = [this, number, told = std::move(ended)] {
        sessions_.erase(number);
        count_.store(sessions_.size(), std::memory_order_relaxed);
        if (told) told();
    };
    auto made =
        std::make_shared<session>(std::move(socket), with_, name_ + "-" + std::to_string(number), std::move(gone));
    sessions_.emplace(number, made);
    count_.store(sessions_.size(), std::memory_order_relaxed);
    made->start(bind_.get());
}

void acceptor_context::stop(bool when_idle) {
    stopped_ = true;
    // A session that ends takes itself out of the map.
    std::vector<std::shared_ptr<session>> all;
    for (const auto& [number, each] : sessions_) all.push_back(each);
    for (const auto& each : all) each->stop(when_idle);
}

void acceptor_context::end_logins(const std::set<std::string>& logins) {
    std::vector<std::shared_ptr<session>> all;
    for (const auto& [number, each] : sessions_) {
        if (logins.contains(each->login_name())) all.push_back(each);
    }
    for (const auto& each : all) each->stop(false);
}

std::size_t acceptor_context::open_handles() const {
    std::size_t total = 0;
    for (const auto& [number, each] : sessions_) total += each->open_handles();
    return total;
}

}  // namespace boxgate::ssh
