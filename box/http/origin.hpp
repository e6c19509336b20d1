#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace boxgate::box::http {

/// Where a request goes: scheme, host and port of a URL, the port filled in, so that two spellings of one place are
/// equal.
struct origin {
    origin(bool use_tls, std::string host_name, std::string port_number)
        : tls(use_tls), host(std::move(host_name)), port(std::move(port_number)) {}

    /// Of an absolute http or https URL; nullopt for anything else, for a user name in the URL, and for a host that is
    /// no plain name or address.
    static std::optional<origin> of(std::string_view url);

    bool tls;
    std::string host;  ///< lower case, without brackets
    std::string port;

    std::string authority() const;    ///< host:port, an IPv6 address in brackets
    std::string host_header() const;  ///< the same, without the scheme's own port
    friend auto operator<=>(const origin&, const origin&) = default;
};

}  // namespace boxgate::box::http
