#include "protocol/ftp/control_channel.hpp"

#include <utility>

namespace boxgate::ftp {

namespace asio = boost::asio;

namespace {

std::string line_of(const reply& what, char mark) {
    return std::to_string(what.code) + mark + what.text + "\r\n";
}

}  // namespace

asio::awaitable<void> control_channel::send(reply what) {
    co_await send_text(line_of(what, ' '));
}

asio::awaitable<void> control_channel::send_lines(int code, std::string first, std::vector<std::string> lines,
                                                  std::string last) {
    auto text = line_of(reply(code, std::move(first)), '-');
    for (const auto& line : lines) text += " " + line + "\r\n";
    text += line_of(reply(code, std::move(last)), ' ');
    co_await send_text(std::move(text));
}

asio::awaitable<void> control_channel::begin_long_reply(reply line) {
    in_long_reply_ = true;
    waiting_ += line_of(line, '-');
    co_await flush();
}

asio::awaitable<void> control_channel::finish_long_reply(reply line) {
    in_long_reply_ = false;
    waiting_ += line_of(line, ' ') + std::exchange(held_back_, {});
    co_await flush();
}

asio::awaitable<void> control_channel::send_text(std::string text) {
    auto& into = in_long_reply_ ? held_back_ : waiting_;
    into += names_->is_utf8() ? text : names_->from_utf8(text);
    // Somebody who asks and asks and never reads.
    if (into.size() > most_waiting) over_.close();
    co_await flush();
}

asio::awaitable<void> control_channel::flush() {
    if (writing_) co_return;
    writing_ = true;
    while (!waiting_.empty()) {
        const auto batch = std::exchange(waiting_, {});
        const auto error = co_await over_.write(asio::buffer(batch), patience_);
        if (error) {
            over_.close();
            break;
        }
    }
    writing_ = false;
}

}  // namespace boxgate::ftp
