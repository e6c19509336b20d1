#include "auth/account.hpp"

#include <algorithm>

namespace boxgate::auth {

std::string_view account::refusal(const std::string& peer_address, std::chrono::system_clock::time_point now) const {
    if (expires && now >= *expires + std::chrono::days(1)) return "the login has expired";
    if (allow_from.empty()) return {};
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(peer_address, error);
    const auto holds = [&](const conf::ip_network& network) { return network.contains(address); };
    if (error || std::none_of(allow_from.begin(), allow_from.end(), holds)) return "the address is not in allow_from";
    return {};
}

}  // namespace boxgate::auth
