#include "conf/settings/proxy_environment.hpp"

#include "conf/settings/scalar_text.hpp"

#include <algorithm>

namespace boxgate::conf {

namespace {

std::string lower(std::string_view text) {
    std::string small(text);
    for (auto& c : small) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return small;
}

std::vector<std::string> split(std::string_view list) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at < list.size();) {
        const auto begin = list.find_first_not_of(", \t", at);
        if (begin == std::string_view::npos) break;
        const auto end = std::min(list.find_first_of(", \t", begin), list.size());
        parts.push_back(lower(list.substr(begin, end - begin)));
        at = end;
    }
    return parts;
}

}  // namespace

parsed<std::optional<proxy_settings>> proxy_from_environment(const environment& variables) {
    std::optional<proxy_settings> none;
    for (const auto* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
        const char* value = variables(name);
        if (!value || *value == '\0') continue;
        // curl and others take a name with a port, too.
        std::string url(value);
        if (url.find("://") == std::string::npos) url.insert(0, "http://");
        while (url.ends_with('/')) url.pop_back();
        auto proxy = parse_proxy_url(url);
        if (proxy.has_error())
            return wrong{"the environment variable " + std::string(name) + ": " + proxy.error().text};
        for (const auto* except : {"no_proxy", "NO_PROXY"}) {
            const char* list = variables(except);
            if (!list || *list == '\0') continue;
            proxy->except = split(list);
            break;
        }
        // What is on this machine, a proxy elsewhere would look for on its own.
        for (const auto* here : {"localhost", "127.0.0.0/8", "::1"}) proxy->except.emplace_back(here);
        return std::optional<proxy_settings>(*std::move(proxy));
    }
    return none;
}

bool is_excepted(const std::vector<std::string>& except, std::string_view host) {
    const auto name = lower(host);
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(name, error);
    return std::any_of(except.begin(), except.end(), [&](const std::string& one) {
        if (one == "*") return true;
        if (!error) {
            const auto network = ip_network::parse(one);
            return network.has_value() && network->contains(address);
        }
        const auto domain = std::string_view(one).substr(one.starts_with("*.") ? 2 : one.starts_with('.') ? 1 : 0);
        if (domain.empty()) return false;
        return name == domain ||
               (name.size() > domain.size() && name.ends_with(domain) && name[name.size() - domain.size() - 1] == '.');
    });
}

parsed<std::optional<proxy_settings>> effective_proxy(const box_settings& settings, const environment& variables) {
    if (settings.proxy) return settings.proxy;
    if (!settings.proxy_from_environment) return std::optional<proxy_settings>();
    return proxy_from_environment(variables);
}

}  // namespace boxgate::conf
