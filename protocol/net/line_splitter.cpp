#include "protocol/net/line_splitter.hpp"

#include <utility>

namespace boxgate::net {

namespace {

constexpr char iac = static_cast<char>(255);
constexpr char data_mark = static_cast<char>(242);

// IAC IAC stands for one byte 255, IAC WILL/WONT/DO/DONT x are three bytes, the others (240 and above) two. Where the
// urgent byte of a Synch was the IAC, or got lost on the way, its data mark stands alone in front of the command.
std::string without_telnet(std::string_view line) {
    if (line.starts_with(data_mark)) line.remove_prefix(1);
    std::string plain;
    plain.reserve(line.size());
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] != iac) {
            plain += line[i];
            continue;
        }
        if (++i >= line.size()) break;
        const auto command = static_cast<unsigned char>(line[i]);
        if (command == 255) plain += iac;
        // No command of Telnet: a letter of an old character set, from a device that does not double it.
        if (command < 240) plain.append({iac, line[i]});
        if (command >= 251 && command <= 254) ++i;
    }
    return plain;
}

}  // namespace

line_splitter::found line_splitter::next(std::string& line) {
    const auto end = buffer_.find('\n');
    if (end == std::string::npos) {
        // One byte more than a line may have: it could still be the CR.
        if (buffer_.size() > longest_ + 1) {
            skipping_ = true;
            buffer_.clear();
        }
        return found::nothing;
    }
    auto raw = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    if (raw.ends_with('\r')) raw.pop_back();
    const bool too_long = std::exchange(skipping_, false) || raw.size() > longest_;
    line = too_long ? std::string() : without_telnet(raw);
    return too_long ? found::too_long : found::line;
}

}  // namespace boxgate::net
