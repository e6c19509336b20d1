#include "protocol/ftp/line_ends.hpp"

#include <utility>

namespace boxgate::ftp {

namespace {

constexpr std::byte cr{'\r'};
constexpr std::byte lf{'\n'};

}  // namespace

std::size_t received_lines::begin(std::span<std::byte> room) {
    if (!std::exchange(keeps_cr_, false)) return 0;
    room.front() = cr;
    return 1;
}

std::size_t received_lines::convert(std::span<std::byte> text, bool is_end) {
    std::size_t made = 0;
    for (const auto byte : text) {
        if (byte == lf && made > 0 && text[made - 1] == cr) --made;
        text[made++] = byte;
    }
    keeps_cr_ = !is_end && made > 0 && text[made - 1] == cr;
    return keeps_cr_ ? made - 1 : made;
}

sent_lines::progress sent_lines::convert(std::span<const std::byte> text, std::span<std::byte> into) {
    progress done;
    while (done.taken < text.size() && into.size() - done.made >= 2) {
        const auto byte = text[done.taken++];
        if (byte == lf && !after_cr_) into[done.made++] = cr;
        into[done.made++] = byte;
        after_cr_ = byte == cr;
    }
    return done;
}

}  // namespace boxgate::ftp
