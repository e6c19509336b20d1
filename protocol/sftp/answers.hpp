#pragma once

#include "protocol/sftp/options.hpp"
#include "protocol/sftp/output.hpp"
#include "protocol/storage/entry.hpp"
#include "protocol/storage/path.hpp"

#include <cstdint>
#include <string_view>

// Replies that show something; each is one packet.

namespace boxgate::sftp {

/// VERSION with the extensions that work.
void answer_version(output& to);

/// limits@openssh.com.
void answer_limits(output& to, std::uint32_t id, const options& limits);

/// NAME with one path and no attributes, as for REALPATH.
void answer_path(output& to, std::uint32_t id, const storage::path& where);

/// ATTRS.
void answer_attributes(output& to, std::uint32_t id, const storage::entry& what, const options& limits);

/// statvfs@openssh.com: the fields of statvfs(3) in the order of OpenSSH's file PROTOCOL.
void answer_space(output& to, std::uint32_t id, const storage::space_info& space, const options& limits);

/// check-file: the hash of one block, the whole file. `digest` is in binary.
void answer_sha1(output& to, std::uint32_t id, std::string_view digest);

}  // namespace boxgate::sftp
