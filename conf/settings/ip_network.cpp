#include "conf/settings/ip_network.hpp"

#include "conf/settings/utf8_text.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>

#include <array>
#include <charconv>

namespace boxgate::conf {

namespace ip = boost::asio::ip;

namespace {

// The address with all bits behind the prefix cleared.
template <class Address>
ip::address masked(const Address& address, unsigned prefix) {
    auto bytes = address.to_bytes();
    for (unsigned bit = prefix; bit < bytes.size() * 8; ++bit) {
        bytes[bit / 8] = static_cast<unsigned char>(bytes[bit / 8] & ~(0x80u >> (bit % 8)));
    }
    return Address(bytes);
}

ip::address masked(const ip::address& address, unsigned prefix) {
    return address.is_v4() ? masked(address.to_v4(), prefix) : masked(address.to_v6(), prefix);
}

}  // namespace

ip::address unmapped(const ip::address& address) {
    if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
}

std::string client_network(const ip::address& address) {
    const auto plain = unmapped(address);
    return (plain.is_v4() ? plain : masked(plain, 64)).to_string();
}

parsed<ip_network> ip_network::parse(std::string_view text) {
    const auto bad = [&](std::string_view why) {
        return wrong{shown(text) + " is no network: " + std::string(why) +
                     "; allowed are 10.0.0.0/8, 2001:db8::/32, or one address"};
    };
    const auto slash = text.find('/');
    boost::system::error_code error;
    ip_network network;
    network.base_ = ip::make_address(std::string(text.substr(0, slash)), error);
    if (error) return bad("the address must be numeric");
    if (unmapped(network.base_) != network.base_) return bad("write an IPv4 address without ::ffff:");
    const unsigned bits = network.base_.is_v4() ? 32 : 128;
    network.prefix_ = bits;
    if (slash != std::string_view::npos) {
        const auto digits = text.substr(slash + 1);
        const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), network.prefix_);
        if (failed != std::errc() || end != digits.data() + digits.size() || network.prefix_ > bits) {
            return bad("behind the / stands a number from 0 to " + std::to_string(bits));
        }
    }
    if (masked(network.base_, network.prefix_) != network.base_) {
        return bad("it begins at " + masked(network.base_, network.prefix_).to_string());
    }
    return network;
}

std::vector<ip_network> loopback_networks() {
    return {*ip_network::parse("127.0.0.0/8"), *ip_network::parse("::1")};
}

bool ip_network::contains(const ip::address& address) const {
    const auto plain = unmapped(address);
    return plain.is_v4() == base_.is_v4() && masked(plain, prefix_) == base_;
}

}  // namespace boxgate::conf
