#include "protocol/ftp/self_check.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <filesystem>
#include <optional>

namespace boxgate::ftp {

namespace ip = boost::asio::ip;

namespace {

std::optional<ip::address_v4> numeric(const std::string& text) {
    boost::system::error_code error;
    const auto address = ip::make_address(text, error);
    if (error) return std::nullopt;
    const auto plain = conf::unmapped(address);
    if (!plain.is_v4()) return std::nullopt;
    return plain.to_v4();
}

// A port that some listening address of ours cannot have is a port that some clients are sent to in vain.
void check_ports(const conf::ftp_settings& settings, const std::vector<conf::endpoint>& listen,
                 const surroundings& machine, self_check& found) {
    const auto [first, last] = settings.passive_ports;
    if (first == 0) return;
    std::string taken;
    unsigned count = 0;
    for (unsigned port = first; port <= last; ++port) {
        for (const auto& where : listen) {
            if (machine.is_free(where.address, static_cast<std::uint16_t>(port))) continue;
            if (++count <= 5) taken += (count == 1 ? "" : ", ") + std::to_string(port);
            break;
        }
    }
    const auto range = "ftp.passive_ports " + std::to_string(first) + "-" + std::to_string(last);
    if (count == static_cast<unsigned>(last - first) + 1) {
        found.errors.push_back(range + ": every port is used by another program; choose a range of your own");
    } else if (count > 0) {
        found.warnings.push_back(range + ": " + std::to_string(count) + " are used by other programs (" + taken +
                                 (count > 5 ? ", ..." : "") + ") and are passed over");
    }
}

void check_address(const std::string& key, const std::string& text, const std::vector<conf::endpoint>& listen,
                   self_check& found) {
    const auto told = numeric(text);
    if (!told) return;  // a DNS name, or the address that the client has reached
    bool beyond = false;
    bool in_public = false;
    for (const auto& where : listen) {
        const auto own = numeric(where.address);
        if (own && !own->is_loopback()) beyond = true;
        if (own && !own->is_unspecified() && !is_private(*own)) in_public = true;
    }
    if (told->is_loopback() && beyond) {
        found.errors.push_back(key + " " + text + " is this machine's own loopback address: no client elsewhere can " +
                               "connect to it; give the address that clients reach this machine by");
    } else if (is_private(*told) && in_public) {
        found.warnings.push_back(key + " " + text + " is a private address, and ftp.listen a public one: clients on " +
                                 "the internet cannot connect to it");
    }
}

}  // namespace

bool is_private(const ip::address_v4& address) {
    static const auto networks = [] {
        std::vector<conf::ip_network> all;
        for (const auto* text :
             {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "100.64.0.0/10"}) {
            all.push_back(*conf::ip_network::parse(text));
        }
        return all;
    }();
    for (const auto& network : networks) {
        if (network.contains(address)) return true;
    }
    return false;
}

surroundings surroundings::of_this_machine() {
    surroundings here;
    here.is_free = [](const std::string& address, std::uint16_t port) {
        boost::asio::io_context context;
        boost::system::error_code error;
        ip::tcp::acceptor acceptor(context);
        const ip::tcp::endpoint where(ip::make_address(address, error), port);
        if (!error) acceptor.open(where.protocol(), error);
        if (!error) acceptor.set_option(ip::tcp::acceptor::reuse_address(true), error);
        if (!error) acceptor.bind(where, error);
        if (!error) acceptor.listen(1, error);
        return !error;
    };
    std::error_code ignored;
    here.in_container =
        std::filesystem::exists("/.dockerenv", ignored) || std::filesystem::exists("/run/.containerenv", ignored);
    return here;
}

self_check check_data_connections(const conf::ftp_settings& settings, const surroundings& machine) {
    self_check found;
    auto listen = settings.listen;
    listen.insert(listen.end(), settings.tls.implicit_listen.begin(), settings.tls.implicit_listen.end());
    if (listen.empty()) return found;
    check_ports(settings, listen, machine, found);
    check_address("ftp.passive_address", settings.passive_address, listen, found);
    for (const auto& one : settings.passive_address_for) {
        check_address("ftp.passive_address_for", one.address, listen, found);
    }
    if (machine.in_container) {
        const std::string hint = "; clients outside the container will log in and list nothing";
        if (settings.passive_address.empty()) {
            found.warnings.push_back("ftp.passive_address is not given, and PASV tells the container's own address" +
                                     hint);
        }
        if (settings.passive_ports.first == 0) {
            found.warnings.push_back(
                "ftp.passive_ports is not given, and ports that the kernel chooses cannot be published" + hint);
        }
    }
    return found;
}

}  // namespace boxgate::ftp
