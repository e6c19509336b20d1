#pragma once

#include "protocol/storage/failure.hpp"

#include <string>

namespace boxgate::ftp {

/// What goes back over the control connection.
struct reply {
    reply(int reply_code, std::string reply_text) : code(reply_code), text(std::move(reply_text)) {}

    int code;
    std::string text;  ///< one line, without CR or LF
};

/// What was asked for when something failed: RFC 959 section 5.4 allows each command its own codes.
enum class asked { file, directory };

/// The one table from outcomes of the storage port to replies. The text carries the reason and Box's request id.
reply to_reply(const storage::failure& why, asked of = asked::file);

/// Text that can stand in a reply: control characters become "?".
std::string printable(std::string text);

}  // namespace boxgate::ftp
