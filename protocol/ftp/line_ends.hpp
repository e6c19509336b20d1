#pragma once

#include <cstddef>
#include <span>

// RFC 959 section 3.1.1.1: a text's lines end in CRLF on the wire. In Box they end in LF. Both directions take a text
// in pieces of any size, and the pieces make no difference.

namespace boxgate::ftp {

/// From the wire: CRLF becomes LF, all else stays, a CR alone too. Works in place: a text never grows.
class received_lines {
public:
    /// Whether a CR was kept back because what follows it decides.
    bool keeps_cr() const { return keeps_cr_; }

    /// Puts a CR that was kept back to the beginning of `room`, which has space for it; received bytes go behind it.
    /// How many bytes that are.
    std::size_t begin(std::span<std::byte> room);

    /// Converts `text`: what begin() has put there, and what was received. How many bytes at its beginning are the
    /// result. A CR at the end is kept back unless this `is_end`.
    std::size_t convert(std::span<std::byte> text, bool is_end);

private:
    bool keeps_cr_ = false;
};

/// To the wire: LF becomes CRLF where no CR stands before it, all else stays.
class sent_lines {
public:
    struct progress {
        std::size_t taken = 0;
        std::size_t made = 0;
    };

    /// Converts as much of `text` as fits into `into`, which has room for two bytes at least.
    progress convert(std::span<const std::byte> text, std::span<std::byte> into);

private:
    bool after_cr_ = false;
};

}  // namespace boxgate::ftp
