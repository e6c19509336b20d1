#include "conf/settings/text_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace boxgate::conf {

namespace {

constexpr std::size_t longest_shown = 255;

struct open_file {
    explicit open_file(const char* name) : descriptor(::open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    ~open_file() {
        if (descriptor >= 0) ::close(descriptor);
    }
    open_file(const open_file&) = delete;
    open_file& operator=(const open_file&) = delete;

    int descriptor;
};

wrong cannot_read(const std::filesystem::path& file, const std::string& why) {
    // A pasted secret where a path belongs must not get into the log.
    if (file.native().size() > longest_shown || file.native().find('\n') != std::string::npos) {
        return wrong{"what stands in the place of a path is none (" + std::to_string(file.native().size()) +
                     " characters)"};
    }
    return wrong{"cannot read " + file.string() + ": " + why};
}

}  // namespace

parsed<std::string> read_text_file(const std::filesystem::path& file) {
    const open_file source(file.c_str());
    if (source.descriptor < 0) return cannot_read(file, std::strerror(errno));
    struct stat about {};
    if (::fstat(source.descriptor, &about) != 0) return cannot_read(file, std::strerror(errno));
    if (!S_ISREG(about.st_mode)) return cannot_read(file, "it is not a regular file");

    std::string content;
    char piece[16384];
    for (;;) {
        const auto n = ::read(source.descriptor, piece, sizeof piece);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return cannot_read(file, std::strerror(errno));
        if (n == 0) return {boost::system::in_place_value, std::move(content)};
        content.append(piece, static_cast<std::size_t>(n));
        if (content.size() > max_settings_file) return cannot_read(file, "it is larger than 16 MiB");
    }
}

}  // namespace boxgate::conf
