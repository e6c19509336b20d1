#include "server/settings_report.hpp"

#include "conf/settings/proxy_environment.hpp"

#include <cstdlib>
#include <iostream>

namespace boxgate::server {

std::optional<conf::load_outcome> load_settings(const std::string& config) {
    auto loaded = conf::load(config);
    auto proxy = conf::effective_proxy(loaded.gateway.box, [](const char* name) { return std::getenv(name); });
    if (proxy.has_value()) {
        loaded.gateway.box.proxy = *std::move(proxy);
    } else {
        loaded.faults.push_back({config, {}, proxy.error().text});
    }
    if (loaded.faults.empty()) return loaded;
    for (const auto& fault : loaded.faults) std::cerr << fault << '\n';
    std::cerr << "boxgate: " << loaded.faults.size() << (loaded.faults.size() == 1 ? " fault" : " faults")
              << " in the settings, nothing was started\n";
    return std::nullopt;
}

}  // namespace boxgate::server
