#pragma once

#include "conf/settings/fault.hpp"
#include "conf/settings/settings.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

// From the text of a scalar to its value. Pure; the error says what is allowed.

namespace boxgate::conf {

/// "500ms", "30s", "5m", "2h".
parsed<std::chrono::milliseconds> parse_duration(std::string_view text);

/// "512KiB", "64MiB", "1GiB" (1024) and "512KB", "10GB" (1000); "100B" for bytes.
parsed<std::uint64_t> parse_size(std::string_view text);

/// Digits only.
parsed<std::uint64_t> parse_number(std::string_view text);

/// "192.0.2.1:2121" or "[2001:db8::1]:2121".
parsed<endpoint> parse_endpoint(std::string_view text);

/// "50000-50099", "50000", or "0" for whatever the kernel gives.
parsed<port_range> parse_port_range(std::string_view text);

/// "http://host" or "https://host:port", without a path; http only for this very machine, since tokens travel. The
/// value has no "/" at its end.
parsed<std::string> parse_base_url(std::string_view text);

/// "http://user:password@host:port".
parsed<proxy_settings> parse_proxy_url(std::string_view text);

}  // namespace boxgate::conf
