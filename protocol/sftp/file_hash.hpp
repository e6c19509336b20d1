#pragma once

#include "protocol/sftp/request.hpp"
#include "protocol/storage/entry.hpp"
#include "protocol/storage/failure.hpp"

#include <string>

namespace boxgate::sftp {

/// Answers check-file (draft-ietf-secsh-filexfer-extensions-00, section 3) from what Box knows: the SHA-1 of a whole
/// file, 20 bytes in binary. errc::not_supported if the client does not take SHA-1, or asks for a part of the file or
/// for several blocks, or if Box has told no hash; is_a_directory.
storage::result<std::string> whole_file_hash(const request& asked, const storage::entry& what);

}  // namespace boxgate::sftp
