#pragma once

#include <string>

namespace boxgate::fuzz {

/// An SFTP session on a small tree, to which a client says `bytes`, behind INIT, in slices of many sizes. Aborts if an
/// answer is not a packet, or if anything is held once the session is gone.
void run_sftp_session(const std::string& bytes);

}  // namespace boxgate::fuzz
