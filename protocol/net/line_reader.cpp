#include "protocol/net/line_reader.hpp"

namespace boxgate::net {

namespace {

constexpr char iac = static_cast<char>(255);

// IAC IAC stands for one byte 255, IAC WILL/WONT/DO/DONT x are three bytes, the others two.
std::string without_telnet(const std::string& line) {
    if (line.find(iac) == std::string::npos) return line;
    std::string plain;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] != iac) {
            plain += line[i];
            continue;
        }
        if (++i >= line.size()) break;
        const auto command = static_cast<unsigned char>(line[i]);
        if (command == 255) plain += iac;
        if (command >= 251 && command <= 254) ++i;
        // Some clients send the urgent mark (DM) with the command it belongs to in one segment.
    }
    return plain;
}

}  // namespace

bool line_reader::take_line(std::string& line, outcome& how) {
    const auto end = buffer_.find('\n');
    if (end == std::string::npos) {
        if (buffer_.size() > longest_) {
            skipping_ = true;
            buffer_.clear();
        }
        return false;
    }
    line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    if (line.ends_with('\r')) line.pop_back();
    how = std::exchange(skipping_, false) || line.size() > longest_ ? outcome::too_long : outcome::line;
    line = without_telnet(line);
    return true;
}

boost::asio::awaitable<line_reader::outcome> line_reader::next(std::string& line, stream::clock::duration patience) {
    outcome how = outcome::line;
    while (!take_line(line, how)) {
        // Asio does not tell the end of a connection twice: a second read would wait for what never comes.
        if (ended_) co_return outcome::closed;
        char piece[4096];
        const auto [error, n] = co_await from_.read_some(boost::asio::buffer(piece), patience);
        if (error == boost::asio::error::timed_out) co_return outcome::timed_out;
        if (error) {
            ended_ = true;
            co_return outcome::closed;
        }
        buffer_.append(piece, n);
    }
    co_return how;
}

}  // namespace boxgate::net
