#pragma once

#include <ostream>
#include <string>
#include <string_view>

namespace boxgate::conf {

/// Text that must not be seen: wiped when it goes, printed as ***. Reading it needs reveal(), which is easy to search
/// for.
class secret {
public:
    secret() = default;
    explicit secret(std::string text) : text_(std::move(text)) {}
    secret(const secret&) = default;
    secret(secret&& other) noexcept;
    secret& operator=(const secret& other);
    secret& operator=(secret&& other) noexcept;
    ~secret();

    bool empty() const { return text_.empty(); }
    std::string_view reveal() const { return text_; }

    friend bool operator==(const secret&, const secret&) = default;

private:
    void wipe() noexcept;

    std::string text_;
};

inline std::ostream& operator<<(std::ostream& out, const secret&) {
    return out << "***";
}

}  // namespace boxgate::conf
