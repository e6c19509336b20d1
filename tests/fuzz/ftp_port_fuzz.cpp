// The arguments of PORT and EPRT: whatever comes, the address is one, or none.
#include "protocol/ftp/command.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <boost/asio/ip/address.hpp>

using boxgate::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = boxgate::fuzz::text_of(data, size);
    boost::system::error_code error;
    const auto port = boxgate::ftp::parse_port(text);
    if (!port.address.empty()) {
        boost::asio::ip::make_address_v4(port.address, error);
        require(!error, "PORT gives an IPv4 address");
    }
    const auto eprt = boxgate::ftp::parse_eprt(text);
    if (!eprt.address.empty()) {
        boost::asio::ip::make_address(eprt.address, error);
        require(!error, "EPRT gives an address");
        require(!eprt.unknown_protocol, "an address has a known protocol");
    }
    return 0;
}
