#include "protocol/ftp/advertised_addresses.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace boxgate::ftp {

namespace ip = boost::asio::ip;

namespace {

std::optional<ip::address_v4> as_address(const std::string& text) {
    boost::system::error_code error;
    const auto address = ip::make_address_v4(text, error);
    if (error) return std::nullopt;
    return address;
}

}  // namespace

std::optional<ip::address_v4> advertised_addresses::ask_system(const std::string& name) {
    boost::asio::io_context context;
    ip::tcp::resolver resolver(context);
    boost::system::error_code error;
    const auto found = resolver.resolve(ip::tcp::v4(), name, "", error);
    if (error || found.empty()) return std::nullopt;
    return found.begin()->endpoint().address().to_v4();
}

advertised_addresses::advertised_addresses(const conf::ftp_settings& settings, const runtime::log& log, resolver ask)
    : default_(settings.passive_address), by_network_(settings.passive_address_for), log_(log), ask_(std::move(ask)) {
    const auto note = [&](const std::string& text) {
        if (!text.empty() && text != "own" && !as_address(text)) names_[text];
    };
    note(default_);
    for (const auto& one : by_network_) note(one.address);
    refresh();
}

void advertised_addresses::refresh() {
    std::vector<std::string> names;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [name, address] : names_) names.push_back(name);
    }
    for (const auto& name : names) {
        const auto found = ask_(name);
        const std::lock_guard lock(mutex_);
        auto& known = names_[name];
        if (!found) {
            log_.warning("passive_address_not_found",
                         {{"name", name}, {"kept", known ? known->to_string() : std::string("none")}});
        } else if (known != found) {
            known = found;
            log_.info("passive_address", {{"name", name}, {"address", found->to_string()}});
        }
    }
}

std::optional<ip::address_v4> advertised_addresses::address_for(const ip::address& client,
                                                                const ip::address& own) const {
    const auto* chosen = &default_;
    std::optional<unsigned> best;
    for (const auto& one : by_network_) {
        if (!one.clients.contains(client) || (best && one.clients.prefix() < *best)) continue;
        best = one.clients.prefix();
        chosen = &one.address;
    }
    if (chosen->empty() || *chosen == "own") {
        const auto plain = conf::unmapped(own);
        if (!plain.is_v4()) return std::nullopt;
        return plain.to_v4();
    }
    if (const auto fixed = as_address(*chosen)) return fixed;
    const std::lock_guard lock(mutex_);
    return names_.at(*chosen);
}

}  // namespace boxgate::ftp
