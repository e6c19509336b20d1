#include "box/spool_cipher.hpp"
#include "box/spool_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/falloc.h>
#include <stdlib.h>
#include <string>
#include <unistd.h>
#include <vector>

namespace boxgate::box {

using storage::errc;
using storage::failure;
using storage::result;

namespace {

failure disk_failure(const char* what, int error) {
    const bool is_full = error == ENOSPC || error == EDQUOT;
    failure why(is_full ? errc::quota : errc::internal,
                std::string("the spool disk could not ") + what + ": " + std::strerror(error));
    // Other uploads end and make room.
    if (is_full) why.retry_after = std::chrono::seconds(60);
    return why;
}

class disk_spool_file final : public spool_file {
public:
    disk_spool_file(int descriptor, spool_cipher cipher) : descriptor_(descriptor), cipher_(std::move(cipher)) {}
    ~disk_spool_file() override { ::close(descriptor_); }
    disk_spool_file(const disk_spool_file&) = delete;
    disk_spool_file& operator=(const disk_spool_file&) = delete;

    result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) override {
        // A block is only read once it is filled: it is not encrypted in place.
        thread_local std::vector<std::byte> encrypted;
        encrypted.resize(std::max(encrypted.size(), bytes.size()));
        if (!cipher_.apply(offset, bytes, encrypted.data())) {
            return failure(errc::internal, "the spool could not be encrypted");
        }
        for (std::size_t done = 0; done < bytes.size();) {
            const auto n =
                ::pwrite(descriptor_, encrypted.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return disk_failure("write", errno);
            done += static_cast<std::size_t>(n);
        }
        return result<void>();
    }

    result<void> read(std::uint64_t offset, std::span<std::byte> into) const override {
        for (std::size_t done = 0; done < into.size();) {
            const auto n =
                ::pread(descriptor_, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return disk_failure("read", errno);
            if (n == 0) return failure(errc::internal, "the spool file is shorter than what was written to it");
            done += static_cast<std::size_t>(n);
        }
        if (!cipher_.apply(offset, into, into.data())) {
            return failure(errc::internal, "the spool could not be decrypted");
        }
        return result<void>();
    }

    bool discard(std::uint64_t offset, std::uint64_t length) override {
        return ::fallocate(descriptor_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                           static_cast<off_t>(length)) == 0;
    }

private:
    int descriptor_;
    spool_cipher cipher_;
};

}  // namespace

result<std::unique_ptr<spool_file>> make_disk_spool_file(const std::filesystem::path& directory) {
    int descriptor = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT || errno == EINVAL)) {
        // Some file systems have no O_TMPFILE.
        auto name = (directory / "boxgate-spool-XXXXXX").string();
        descriptor = ::mkostemp(name.data(), O_CLOEXEC);
        if (descriptor >= 0) ::unlink(name.c_str());
    }
    if (descriptor < 0) return disk_failure("open a file (spool.directory)", errno);
    auto cipher = spool_cipher::make();
    if (!cipher) {
        ::close(descriptor);
        return failure(errc::internal, "there are no random bytes for the key of a spool file");
    }
    return std::make_unique<disk_spool_file>(descriptor, std::move(*cipher));
}

}  // namespace boxgate::box
