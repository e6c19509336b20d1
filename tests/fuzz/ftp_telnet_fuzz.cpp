// The control connection's bytes: cut in any way they give the same lines, and no line is longer than allowed.
#include "protocol/net/line_splitter.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <string>
#include <vector>

using boxgate::fuzz::require;
using boxgate::net::line_splitter;

namespace {

constexpr std::size_t longest = 32;

std::vector<std::string> lines_of(std::string_view bytes, std::size_t piece) {
    line_splitter splitter(longest);
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        splitter.feed(bytes.substr(at, piece));
        std::string line;
        for (auto found = splitter.next(line); found != line_splitter::found::nothing; found = splitter.next(line)) {
            require(line.size() <= longest, "a line is bounded");
            require(line.find('\n') == std::string::npos, "a line is one line");
            lines.push_back((found == line_splitter::found::line ? "+" : "-") + line);
        }
    }
    return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = boxgate::fuzz::text_of(data, size);
    const auto whole = lines_of(bytes, size + 1);
    for (const std::size_t piece : {1u, 2u, 7u, 40u}) require(lines_of(bytes, piece) == whole, "pieces do not matter");
    return 0;
}
