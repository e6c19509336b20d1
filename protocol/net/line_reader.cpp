#include "protocol/net/line_reader.hpp"

namespace boxgate::net {

boost::asio::awaitable<line_reader::outcome> line_reader::next(std::string& line, stream::clock::duration patience) {
    while (true) {
        const auto found = lines_.next(line);
        if (found == line_splitter::found::line) co_return outcome::line;
        if (found == line_splitter::found::too_long) co_return outcome::too_long;
        // Asio does not tell the end of a connection twice: a second read would wait for what never comes.
        if (ended_) co_return outcome::closed;
        char piece[4096];
        const auto [error, n] = co_await from_.read_some(boost::asio::buffer(piece), patience);
        if (error == boost::asio::error::timed_out) co_return outcome::timed_out;
        if (error) {
            ended_ = true;
            co_return outcome::closed;
        }
        lines_.feed(std::string_view(piece, n));
    }
}

}  // namespace boxgate::net
