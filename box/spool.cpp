#include "box/spool.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

namespace boxgate::box {

using storage::errc;
using storage::failure;

namespace {

failure disk_failure(const char* what, int error) {
    const auto code = error == ENOSPC || error == EDQUOT ? errc::quota : errc::internal;
    return failure(code, std::string("the spool disk could not ") + what + ": " + std::strerror(error));
}

}  // namespace

storage::result<std::unique_ptr<spool::file>> spool::create() {
    int descriptor = ::open(directory_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT || errno == EINVAL)) {
        // Some file systems have no O_TMPFILE.
        auto name = (directory_ / "boxgate-spool-XXXXXX").string();
        descriptor = ::mkostemp(name.data(), O_CLOEXEC);
        if (descriptor >= 0) ::unlink(name.c_str());
    }
    if (descriptor < 0) return disk_failure("open a file (spool.directory)", errno);
    return std::unique_ptr<file>(new file(descriptor, in_use_));
}

spool::file::~file() {
    ::close(descriptor_);
    in_use_ -= size_;
}

storage::result<void> spool::file::write(std::uint64_t offset, std::span<const std::byte> bytes) {
    if (offset + bytes.size() > size_) {
        in_use_ += offset + bytes.size() - size_;
        size_ = offset + bytes.size();
    }
    while (!bytes.empty()) {
        const auto n = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return disk_failure("write", errno);
        bytes = bytes.subspan(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
    return storage::result<void>();
}

storage::result<void> spool::file::read(std::uint64_t offset, std::span<std::byte> into) const {
    while (!into.empty()) {
        const auto n = ::pread(descriptor_, into.data(), into.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return disk_failure("read", errno);
        if (n == 0) return failure(errc::internal, "the spool file is shorter than what was written to it");
        into = into.subspan(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
    return storage::result<void>();
}

}  // namespace boxgate::box
