#pragma once

#include "conf/runtime/log.hpp"
#include "conf/settings/settings.hpp"

#include <boost/asio/ip/address.hpp>

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace boxgate::ftp {

/// What PASV tells a client to connect to. DNS names are looked up beforehand and again by refresh(), so that no
/// session ever waits for DNS. Any thread.
class advertised_addresses {
public:
    /// The first IPv4 address of a name; nullopt if there is none, or DNS does not answer. May take its time.
    using resolver = std::function<std::optional<boost::asio::ip::address_v4>(const std::string& name)>;
    static std::optional<boost::asio::ip::address_v4> ask_system(const std::string& name);

    /// `log` outlives this.
    advertised_addresses(const conf::ftp_settings& settings, const runtime::log& log, resolver ask = ask_system);

    /// Looks all names up again; a name that cannot be found now keeps the address it had. Blocks.
    void refresh();
    bool has_names() const { return !names_.empty(); }

    /// For a client at `client` that has reached us at `own`. Of several networks that hold it the smallest counts.
    /// Nullopt: the name in the settings has never been found, or `own` is no IPv4 address.
    std::optional<boost::asio::ip::address_v4> address_for(const boost::asio::ip::address& client,
                                                           const boost::asio::ip::address& own) const;

private:
    const std::string default_;
    const std::vector<conf::network_address> by_network_;
    const runtime::log& log_;
    const resolver ask_;
    mutable std::mutex mutex_;
    std::map<std::string, std::optional<boost::asio::ip::address_v4>> names_;
};

}  // namespace boxgate::ftp
