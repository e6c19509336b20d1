#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace boxgate::net {

/// Cuts what a client sends into lines, bounded. A line ends with LF; a CR before it is dropped. Telnet commands
/// (RFC 854), which RFC 959 allows between, are taken out. Pure; how the bytes were cut into pieces makes no
/// difference.
class line_splitter {
public:
    enum class found { nothing, line, too_long };

    explicit line_splitter(std::size_t longest) : longest_(longest) {}

    void feed(std::string_view bytes) { buffer_.append(bytes); }

    /// The next line into `line`. too_long: it was read to its end and thrown away, `line` is empty.
    found next(std::string& line);

    /// Forgets what was fed and not yet taken.
    void discard() {
        buffer_.clear();
        skipping_ = false;
    }

private:
    const std::size_t longest_;
    std::string buffer_;
    bool skipping_ = false;
};

}  // namespace boxgate::net
