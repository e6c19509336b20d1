#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace boxgate::ftp {

/// How a client writes names, where that is not UTF-8: old devices use CP1252, Shift-JIS, and others. Everything inside
/// boxgate is UTF-8.
class charset {
public:
    /// UTF-8 itself: checks, and changes nothing.
    charset();
    /// As iconv(3) names it; null if this system does not know it, or if ASCII means something else in it.
    static std::shared_ptr<const charset> find(const std::string& name);
    ~charset();
    charset(const charset&) = delete;
    charset& operator=(const charset&) = delete;

    const std::string& name() const { return name_; }
    bool is_utf8() const { return name_ == "UTF-8"; }

    /// Nullopt if `text` is not in this charset.
    std::optional<std::string> to_utf8(std::string_view text) const;
    /// What this charset cannot say becomes "?".
    std::string from_utf8(std::string_view text) const;

private:
    explicit charset(std::string name) : name_(std::move(name)) {}

    std::string name_;
};

}  // namespace boxgate::ftp
