#include "server/terminal.hpp"

#include <cerrno>
#include <csignal>
#include <iostream>
#include <poll.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

namespace boxgate::server {

namespace {

// Switches the echo off and, whatever happens, on again: signals that end the program have to wait for that.
class silent_terminal {
public:
    silent_terminal() {
        sigset_t held;
        sigemptyset(&held);
        for (const int number : {SIGINT, SIGQUIT, SIGTERM}) sigaddset(&held, number);
        pthread_sigmask(SIG_BLOCK, &held, &mask_before_);
        signals_ = ::signalfd(-1, &held, SFD_CLOEXEC);
        tcgetattr(STDIN_FILENO, &before_);
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~silent_terminal() {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        std::cerr << '\n';
        ::close(signals_);
        pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);  // what was held back takes effect here
    }
    silent_terminal(const silent_terminal&) = delete;
    silent_terminal& operator=(const silent_terminal&) = delete;

    /// Waits for a line; false if a signal came first.
    bool line_comes() const {
        pollfd both[] = {{STDIN_FILENO, POLLIN, 0}, {signals_, POLLIN, 0}};
        while (::poll(both, 2, -1) < 0 && errno == EINTR) {
        }
        return both[1].revents == 0;
    }

private:
    sigset_t mask_before_{};
    int signals_ = -1;
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
    const silent_terminal silence;  // before the prompt: who answers at once must not be seen, or lost
    std::cerr << prompt << std::flush;
    if (!silence.line_comes()) return std::nullopt;
    return read_line();
}

}  // namespace boxgate::server
