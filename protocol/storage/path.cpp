#include "protocol/storage/path.hpp"

#include <boost/assert.hpp>

namespace boxgate::storage {

result<path> path::resolve(std::string_view written) const {
    if (written.find('\0') != std::string_view::npos) return failure(errc::bad_name, "the path contains a NUL byte");
    std::string text = written.starts_with('/') ? std::string() : text_;
    while (!written.empty()) {
        const auto slash = written.find('/');
        const auto part = written.substr(0, slash);
        written.remove_prefix(slash == std::string_view::npos ? written.size() : slash + 1);
        if (part.empty() || part == ".") continue;
        if (part == "..") {
            if (!text.empty()) text.resize(text.rfind('/'));
            continue;
        }
        text += '/';
        text += part;
    }
    if (text.size() > max_length) {
        return failure(errc::bad_name, "the path is longer than " + std::to_string(max_length) + " bytes");
    }
    return path(std::move(text));
}

std::string_view path::name() const {
    if (text_.empty()) return {};
    return std::string_view(text_).substr(text_.rfind('/') + 1);
}

path path::parent() const {
    if (text_.empty()) return path();
    return path(text_.substr(0, text_.rfind('/')));
}

std::vector<std::string> path::parts() const {
    std::vector<std::string> parts;
    for (std::size_t begin = 1; begin < text_.size();) {
        const auto end = std::min(text_.find('/', begin), text_.size());
        parts.push_back(text_.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

path path::child(std::string_view name) const {
    BOOST_ASSERT(!name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos);
    return path(text_ + "/" + std::string(name));
}

bool path::is_within(const path& ancestor) const {
    return text_.starts_with(ancestor.text_) &&
           (text_.size() == ancestor.text_.size() || text_[ancestor.text_.size()] == '/');
}

std::ostream& operator<<(std::ostream& out, const path& p) {
    return out << p.string();
}

}  // namespace boxgate::storage
