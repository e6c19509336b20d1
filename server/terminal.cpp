#include "server/terminal.hpp"

#include <iostream>
#include <termios.h>
#include <unistd.h>

namespace boxgate::server {

namespace {

// Switches the echo off and, whatever happens, on again.
class silent_terminal {
public:
    silent_terminal() {
        tcgetattr(STDIN_FILENO, &before_);
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~silent_terminal() {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        std::cerr << '\n';
    }
    silent_terminal(const silent_terminal&) = delete;
    silent_terminal& operator=(const silent_terminal&) = delete;

private:
    termios before_{};
};

std::optional<std::string> read_line() {
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

}  // namespace

bool input_is_terminal() {
    return isatty(STDIN_FILENO) == 1;
}

std::optional<std::string> read_password(const char* prompt) {
    if (!input_is_terminal()) return read_line();
    std::cerr << prompt << std::flush;
    const silent_terminal silence;
    return read_line();
}

}  // namespace boxgate::server
