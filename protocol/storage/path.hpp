#pragma once

#include "protocol/storage/failure.hpp"

#include <compare>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace boxgate::storage {

/// An absolute virtual path below a session's root: "/" or "/a/b". By construction it holds no "." or "..", no empty
/// part, no NUL, and cannot point above the root. Bytes are otherwise taken as they come (UTF-8 is Box's own rule).
class path {
public:
    static constexpr std::size_t max_length = 4096;

    path() = default;  ///< the root

    /// Reads what a client wrote, relative to this path unless it starts with "/". "." and ".." are resolved here, ".."
    /// at the root stays there. errc::bad_name: a NUL, or longer than max_length bytes.
    result<path> resolve(std::string_view written) const;

    /// The same, from the root.
    static result<path> parse(std::string_view written) { return path().resolve(written); }

    bool is_root() const { return text_.empty(); }
    std::string string() const { return text_.empty() ? "/" : text_; }
    std::string_view name() const;           ///< the last part; empty for the root
    path parent() const;                     ///< the root's parent is the root
    std::vector<std::string> parts() const;  ///< in order from the root; empty for the root

    /// The entry `name` in this directory. `name` must be a single valid part (as a lister gives it); asserted.
    path child(std::string_view name) const;

    /// True if this is `ancestor` or lies below it.
    bool is_within(const path& ancestor) const;

    friend bool operator==(const path&, const path&) = default;
    friend auto operator<=>(const path&, const path&) = default;

private:
    explicit path(std::string text) : text_(std::move(text)) {}

    std::string text_;  // "" for the root, else "/a/b"
};

std::ostream& operator<<(std::ostream& out, const path& p);

}  // namespace boxgate::storage
