#pragma once

#include "conf/settings/settings.hpp"

#include <boost/asio/ip/address.hpp>

#include <functional>
#include <string>
#include <vector>

namespace boxgate::ftp {

/// What an operator has to know about the data connections that these settings lead to, before users find out.
struct self_check {
    std::vector<std::string> errors;    ///< no data connection could ever work
    std::vector<std::string> warnings;  ///< some will not
};

/// What the check asks of the machine.
struct surroundings {
    std::function<bool(const std::string& address, std::uint16_t port)> is_free;  ///< can be listened on now
    bool in_container = false;

    static surroundings of_this_machine();
};

/// Pure but for what `machine` answers.
self_check check_data_connections(const conf::ftp_settings& settings, const surroundings& machine);

/// Not reachable from the internet: RFC 1918, link-local, loopback, carrier-grade NAT (RFC 6598).
bool is_private(const boost::asio::ip::address_v4& address);

}  // namespace boxgate::ftp
