#include "box/http/origin.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>

namespace boxgate::box::http {

namespace {

std::string bracketed(const std::string& host) {
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

// A percent-encoded host may hold anything once decoded; what goes into a Host line and a CONNECT may not.
bool is_plain(std::string_view host) {
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == ':';
    });
}

}  // namespace

std::optional<origin> origin::of(std::string_view url) {
    const auto parsed = boost::urls::parse_uri({url.data(), url.size()});
    if (!parsed || parsed->has_userinfo()) return std::nullopt;
    const bool tls = parsed->scheme_id() == boost::urls::scheme::https;
    if (!tls && parsed->scheme_id() != boost::urls::scheme::http) return std::nullopt;
    std::string host = parsed->host_address();
    for (auto& c : host) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    if (!is_plain(host)) return std::nullopt;
    std::string port(parsed->port());
    if (port.empty()) port = tls ? "443" : "80";
    return origin(tls, std::move(host), std::move(port));
}

std::string origin::authority() const {
    return bracketed(host) + ":" + port;
}

std::string origin::host_header() const {
    return port == (tls ? "443" : "80") ? bracketed(host) : authority();
}

}  // namespace boxgate::box::http
