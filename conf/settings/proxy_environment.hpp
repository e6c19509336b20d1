#pragma once

#include "conf/settings/settings.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace boxgate::conf {

/// An environment variable by name; null if it is not set. std::getenv fits.
using environment = std::function<const char*(const char*)>;

/// The proxy that https_proxy (or HTTPS_PROXY, or all_proxy) names, with the exceptions of no_proxy and this
/// machine itself: nullopt if none is set. A value that is no http:// URL is the error: going around a proxy that was
/// meant is worse than not going.
parsed<std::optional<proxy_settings>> proxy_from_environment(const environment& variables);

/// Whether no_proxy has `host`: as it stands, as a domain above it ("box.com" and ".box.com" both have api.box.com), as
/// an address in a network ("10.0.0.0/8"), or as "*".
bool is_excepted(const std::vector<std::string>& except, std::string_view host);

/// The proxy that Box is reached through with these settings: box.proxy, or the environment's unless box.proxy is none.
parsed<std::optional<proxy_settings>> effective_proxy(const box_settings& settings, const environment& variables);

}  // namespace boxgate::conf
