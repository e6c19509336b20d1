#include "conf/settings/scalar_text.hpp"

#include "conf/settings/utf8_text.hpp"

#include <boost/asio/ip/address.hpp>

#include <array>
#include <charconv>
#include <limits>
#include <optional>

namespace boxgate::conf {

namespace {

struct unit {
    std::string_view name;
    std::uint64_t factor;
};

constexpr std::array<unit, 4> time_units{{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};
constexpr std::array<unit, 10> size_units{{{"B", 1},
                                           {"KiB", 1ull << 10},
                                           {"MiB", 1ull << 20},
                                           {"GiB", 1ull << 30},
                                           {"TiB", 1ull << 40},
                                           {"KB", 1'000},
                                           {"kB", 1'000},
                                           {"MB", 1'000'000},
                                           {"GB", 1'000'000'000},
                                           {"TB", 1'000'000'000'000}}};

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

parsed<std::uint64_t> number_with_unit(std::string_view text, std::span<const unit> units, std::string_view what,
                                       std::string_view allowed) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    auto name = text.substr(digits);
    name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
    const auto bad = [&](std::string_view why) {
        return wrong{shown(text) + " is no " + std::string(what) + ": " + std::string(why) + "; allowed are " +
                     std::string(allowed)};
    };
    const auto count = whole_number<std::uint64_t>(text.substr(0, digits));
    if (digits == 0) return bad("it must begin with a whole number");
    if (!count) return bad("the number is too large");
    if (name.empty()) return bad("the unit is missing");
    for (const auto& known : units) {
        if (known.name != name) continue;
        if (*count > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / known.factor) {
            return bad("the number is too large");
        }
        return *count * known.factor;
    }
    return bad("the unit " + shown(name) + " is unknown");
}

}  // namespace

parsed<std::chrono::milliseconds> parse_duration(std::string_view text) {
    const auto value = number_with_unit(text, time_units, "duration", "500ms, 30s, 5m, 2h");
    if (value.has_error()) return value.error();
    return std::chrono::milliseconds(*value);
}

parsed<std::uint64_t> parse_size(std::string_view text) {
    return number_with_unit(text, size_units, "size", "512KiB, 64MiB, 1GiB (steps of 1024) and 512KB, 10GB (of 1000)");
}

parsed<std::uint64_t> parse_number(std::string_view text) {
    if (const auto value = whole_number<std::uint64_t>(text)) return *value;
    return wrong{shown(text) + " is not a whole number"};
}

parsed<endpoint> parse_endpoint(std::string_view text) {
    const auto bad = [&](std::string_view why) {
        return wrong{shown(text) + " is no address to listen on: " + std::string(why) +
                     "; allowed are 0.0.0.0:2121 or [::]:2121"};
    };
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return bad("the port is missing");
    auto address = text.substr(0, colon);
    const auto port = whole_number<std::uint16_t>(text.substr(colon + 1));
    if (!port) return bad("the port must be a number from 0 to 65535");
    const bool bracketed = address.starts_with('[') && address.ends_with(']');
    if (bracketed) address = address.substr(1, address.size() - 2);
    boost::system::error_code error;
    const auto numeric = boost::asio::ip::make_address(address, error);
    if (error) return bad("the address must be numeric");
    if (numeric.is_v6() != bracketed) return bad("an IPv6 address, and only that, stands in brackets");
    return endpoint{std::string(address), *port};
}

parsed<port_range> parse_port_range(std::string_view text) {
    const auto dash = text.find('-');
    const auto first = whole_number<std::uint16_t>(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : whole_number<std::uint16_t>(text.substr(dash + 1));
    if (!first || !last) {
        return wrong{shown(text) +
                     " is no range of ports; allowed are 50000-50099, one port, or 0 (the kernel chooses)"};
    }
    return port_range{*first, *last};
}

}  // namespace boxgate::conf
