#include "protocol/sftp/set_attributes.hpp"

namespace boxgate::sftp {

using storage::errc;
using storage::failure;

std::optional<failure> refusal(const attributes& wanted, std::uint64_t size, bool ignore_times) {
    if (wanted.size && *wanted.size != size) {
        return failure(errc::not_supported, "a file cannot be cut or extended, only written as a whole");
    }
    if (wanted.has_times && !ignore_times) {
        return failure(errc::not_supported,
                       "Box sets the times of files itself; switch off preserving them, or have "
                       "sftp.set_times set to ignore");
    }
    return std::nullopt;
}

}  // namespace boxgate::sftp
