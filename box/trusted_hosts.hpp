#pragma once

#include "box/http/origin.hpp"
#include "box/options.hpp"

#include <optional>
#include <string_view>

namespace boxgate::box {

/// Which addresses that Box names in its answers are followed, and which of them are shown a token. Pure.
class trusted_hosts {
public:
    explicit trusted_hosts(const options& settings);

    /// The configured api and upload hosts; and where these are Box's own, every host below box.com over https: the
    /// hosts of upload sessions differ by region.
    bool may_see_token(std::string_view url) const;

    /// For pre-signed addresses: https, or http where Box itself is configured with http.
    bool may_be_fetched(std::string_view url) const;

private:
    std::optional<http::origin> api_;
    std::optional<http::origin> upload_;
};

}  // namespace boxgate::box
