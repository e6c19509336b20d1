#include "conf/settings/scalar_text.hpp"
#include "conf/settings/utf8_text.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <charconv>

namespace boxgate::conf {

namespace {

std::string to_std(boost::urls::string_view text) {
    return {text.data(), text.size()};
}

// Boost.URL 1.81 takes any digits for a port, and gives one that is too large as it pleases.
bool has_usable_port(const boost::urls::url_view& url) {
    if (!url.has_port()) return true;
    const auto digits = to_std(url.port());
    unsigned value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() && end == digits.data() + digits.size() && value >= 1 && value <= 65535;
}

bool is_this_machine(const boost::urls::url_view& url) {
    if (to_std(url.encoded_host()) == "localhost") return true;
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(to_std(url.encoded_host_address()), error);
    return !error && address.is_loopback();
}

// Nothing but scheme, authority and perhaps "/".
bool has_extras(const boost::urls::url_view& url) {
    const auto path = to_std(url.encoded_path());
    return (!path.empty() && path != "/") || url.has_query() || url.has_fragment();
}

}  // namespace

parsed<std::string> parse_base_url(std::string_view text) {
    // The text is not shown where it may hold a password.
    const auto parsed_url = boost::urls::parse_uri({text.data(), text.size()});
    if (!parsed_url) return wrong{"not a URL; allowed is https://host or https://host:port"};
    const auto& url = *parsed_url;
    const bool https = url.scheme_id() == boost::urls::scheme::https;
    if (!https && url.scheme_id() != boost::urls::scheme::http) {
        return wrong{"the scheme must be https; allowed is https://host or https://host:port"};
    }
    if (url.encoded_host().empty()) return wrong{"the URL has no host; allowed is https://host or https://host:port"};
    if (url.has_userinfo()) return wrong{"a user or password has no place in this URL; allowed is https://host:port"};
    if (!has_usable_port(url)) return wrong{"the port of the URL must be a number from 1 to 65535"};
    if (has_extras(url)) return wrong{shown(text) + " must end after the host and port; allowed is https://host:port"};
    if (!https && !is_this_machine(url)) {
        return wrong{
            "http would show Box's tokens to the network; allowed is https (http only for a test server on "
            "127.0.0.1, [::1] or localhost)"};
    }
    auto base = std::string(text);
    if (base.ends_with('/')) base.pop_back();
    return {boost::system::in_place_value, std::move(base)};
}

parsed<proxy_settings> parse_proxy_url(std::string_view text) {
    const auto allowed = std::string("; allowed is http://host:port or http://user:password@host:port");
    const auto parsed_url = boost::urls::parse_uri({text.data(), text.size()});
    if (!parsed_url) {
        return wrong{"not a URL (special characters of a password are written %40 for @, %3A for :, %2F for /)" +
                     allowed};
    }
    const auto& url = *parsed_url;
    if (url.scheme_id() != boost::urls::scheme::http) {
        return wrong{"the connection to the proxy itself is http, whatever goes through it" + allowed};
    }
    if (url.encoded_host().empty()) return wrong{"the URL has no host" + allowed};
    if (!has_usable_port(url)) return wrong{"the port of the URL must be a number from 1 to 65535" + allowed};
    if (has_extras(url)) return wrong{"the URL must end after the host and port" + allowed};
    proxy_settings proxy;
    proxy.host = url.host_address();
    if (url.has_port()) proxy.port = url.port_number();
    proxy.user = url.user();
    proxy.password = secret(url.password());
    if (proxy.user.empty() && !proxy.password.empty()) return wrong{"a password without a user" + allowed};
    return proxy;
}

}  // namespace boxgate::conf
