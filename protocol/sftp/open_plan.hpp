#pragma once

#include "protocol/storage/failure.hpp"
#include "protocol/storage/filesystem.hpp"

#include <cstdint>
#include <optional>

namespace boxgate::sftp {

/// What the flags of an OPEN for writing mean for a storage that knows only whole files.
struct open_plan {
    open_plan() = default;

    bool must_look = false;  ///< whether the file exists decides, and refused_if_... tell how
    std::optional<storage::failure> refused_if_present;
    std::optional<storage::failure> refused_if_absent;
    storage::write_mode mode = storage::write_mode::replace;
};

/// Reads the flags of OPEN (section 6.3), of which `write` is one. Without TRUNC an existing file is written anew from
/// its first byte, as scp wants it; appending to one, or reading and writing one, cannot be had.
open_plan plan_open(std::uint32_t flags);

}  // namespace boxgate::sftp
