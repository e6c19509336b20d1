#pragma once

#include "conf/settings/fault.hpp"

#include <boost/asio/ip/address.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace boxgate::conf {

/// A range of addresses as people write it: "10.0.0.0/8", "2001:db8::/32", or one address.
class ip_network {
public:
    /// Pure; the error says what is allowed. Bits behind the prefix must be 0, or somebody meant something else.
    static parsed<ip_network> parse(std::string_view text);

    /// An IPv4 address that came in over an IPv6 socket counts as IPv4.
    bool contains(const boost::asio::ip::address& address) const;

    /// How many bits are fixed: of two networks that hold an address, the one with more knows it better.
    unsigned prefix() const { return prefix_; }

    friend bool operator==(const ip_network&, const ip_network&) = default;

private:
    boost::asio::ip::address base_;
    unsigned prefix_ = 0;
};

/// An IPv4 address that came in over an IPv6 socket, as IPv4; others as they are.
boost::asio::ip::address unmapped(const boost::asio::ip::address& address);

/// What is counted as one client where addresses are counted: an IPv4 address; of an IPv6 address its /64, which is
/// what one customer of a provider gets ("2001:db8:0:1::").
std::string client_network(const boost::asio::ip::address& address);

/// What this machine is to itself: 127.0.0.0/8 and ::1.
std::vector<ip_network> loopback_networks();

}  // namespace boxgate::conf
