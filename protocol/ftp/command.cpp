#include "protocol/ftp/command.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace boxgate::ftp {

namespace {

std::optional<unsigned> number(std::string_view text, unsigned most) {
    unsigned value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || stop != text.data() + text.size() || value > most) return std::nullopt;
    return value;
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = text.find(at);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

}  // namespace

std::string upper(std::string text) {
    for (auto& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
}

std::pair<std::string, std::string> first_word(std::string_view text) {
    const auto end = std::min(text.find(' '), text.size());
    return {upper(std::string(text.substr(0, end))), std::string(text.substr(std::min(end + 1, text.size())))};
}

command parse_command(std::string_view line) {
    command parsed;
    const auto end = line.find(' ');
    parsed.verb = upper(std::string(line.substr(0, end)));
    if (end != std::string_view::npos) parsed.argument = std::string(line.substr(end + 1));
    return parsed;
}

host_port parse_port(std::string_view argument) {
    const auto fields = split(argument, ',');
    if (fields.size() != 6) return {};
    unsigned values[6];
    for (std::size_t i = 0; i < 6; ++i) {
        const auto value = number(fields[i], 255);
        if (!value) return {};
        values[i] = *value;
    }
    host_port parsed;
    for (std::size_t i = 0; i < 4; ++i) parsed.address += (i == 0 ? "" : ".") + std::to_string(values[i]);
    parsed.port = static_cast<unsigned short>(values[4] * 256 + values[5]);
    return parsed;
}

host_port parse_eprt(std::string_view argument) {
    host_port parsed;
    if (argument.size() < 7) return parsed;
    const auto fields = split(argument, argument.front());
    if (fields.size() != 5 || !fields[0].empty() || !fields[4].empty()) return parsed;
    const auto protocol = number(fields[1], 65535);
    parsed.unknown_protocol = protocol && *protocol != 1 && *protocol != 2;
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(std::string(fields[2]), error);
    const auto port = number(fields[3], 65535);
    if (error || !port || !protocol || *protocol != (address.is_v4() ? 1u : 2u)) return parsed;
    parsed.address = address.to_string();
    parsed.port = static_cast<unsigned short>(*port);
    return parsed;
}

std::string_view without_list_options(std::string_view argument) {
    while (argument.size() > 1 && argument.front() == '-') {
        const auto end = std::min(argument.find(' '), argument.size());
        const auto options = argument.substr(1, end - 1);
        if (options.find_first_not_of("aAbBcCdDfFgGhiklLmnopqQrRsStTuUxX1-") != std::string_view::npos) break;
        argument.remove_prefix(std::min(end + 1, argument.size()));
    }
    return argument;
}

}  // namespace boxgate::ftp
