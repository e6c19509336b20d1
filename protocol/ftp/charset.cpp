#include "protocol/ftp/charset.hpp"

#include <cerrno>
#include <iconv.h>

namespace boxgate::ftp {

namespace {

// One conversion; iconv_open costs microseconds, and a descriptor must not be shared between sessions.
class converter {
public:
    converter(const std::string& to, const std::string& from) : handle_(::iconv_open(to.c_str(), from.c_str())) {}
    ~converter() {
        if (works()) ::iconv_close(handle_);
    }
    converter(const converter&) = delete;
    converter& operator=(const converter&) = delete;

    // iconv_open's word for failure.
    bool works() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

    // Converts what it can; `text` is then what is left.
    void convert(std::string_view& text, std::string& into) const {
        char buffer[512];
        auto* in = const_cast<char*>(text.data());  // iconv's signature; it does not write there
        std::size_t left = text.size();
        while (true) {
            char* out = buffer;
            std::size_t room = sizeof buffer;
            const auto outcome = ::iconv(handle_, &in, &left, &out, &room);
            into.append(buffer, sizeof buffer - room);
            if (outcome != static_cast<std::size_t>(-1) || errno != E2BIG) break;
        }
        text.remove_prefix(text.size() - left);
    }

private:
    const iconv_t handle_;
};

// The bytes of the UTF-8 character that `text` begins with.
std::size_t character_length(std::string_view text) {
    std::size_t length = 1;
    while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80) ++length;
    return length;
}

}  // namespace

charset::charset() : name_("UTF-8") {}
charset::~charset() = default;

std::shared_ptr<const charset> charset::find(const std::string& name) {
    const std::shared_ptr<const charset> found(new charset(name));
    const converter in("UTF-8", name);
    const converter out(name, "UTF-8");
    if (!in.works() || !out.works()) return nullptr;
    // Commands, codes and path separators are ASCII in every dialogue.
    const auto there = found->to_utf8("STOR /a.txt");
    return there == "STOR /a.txt" && found->from_utf8("250 /b.txt") == "250 /b.txt" ? found : nullptr;
}

std::optional<std::string> charset::to_utf8(std::string_view text) const {
    const converter convert("UTF-8", name_);
    std::string converted;
    if (!convert.works()) return std::nullopt;
    convert.convert(text, converted);
    if (!text.empty()) return std::nullopt;
    return converted;
}

std::string charset::from_utf8(std::string_view text) const {
    const converter convert(name_, "UTF-8");
    std::string converted;
    while (convert.works() && !text.empty()) {
        convert.convert(text, converted);
        if (text.empty()) break;
        converted += '?';
        text.remove_prefix(character_length(text));
    }
    return converted;
}

}  // namespace boxgate::ftp
