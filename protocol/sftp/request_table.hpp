#pragma once

#include "protocol/sftp/messages.hpp"

#include <array>
#include <string_view>

namespace boxgate::sftp {

/// What a request asks for, whether it is a packet type of its own or an extension.
enum class verb {
    open,
    close,
    read,
    lstat,
    fstat,
    setstat,
    fsetstat,
    opendir,
    readdir,
    remove,
    mkdir,
    rmdir,
    realpath,
    stat,
    rename,
    readlink,
    symlink,
    posix_rename,
    statvfs,
    fstatvfs,
    limits,
    home_directory,
    expand_path,
    copy_data,
    check_file,
    check_name,
};

enum class scope {
    at_once,     ///< answered without asking the storage
    handle,      ///< belongs to an open file or directory, and is served in its order
    path_read,   ///< about paths; may run beside others of its kind
    path_write,  ///< about paths; waits for all before it, and all behind wait for it
};

/// One kind of request. `fields` in order: p path, q second path, h handle, g second handle, s text, o 64-bit offset,
/// O second offset, l 64-bit length, n 32-bit number, a ATTRS.
struct request_row {
    verb what;
    packet type;                 ///< packet::extended for an extension
    std::string_view extension;  ///< its name
    std::string_view version;    ///< what VERSION says beside the name; empty: not named there
    std::string_view fields;     ///< behind the request id (and the extension's name)
    scope runs;
};

// WRITE is not here: its payload goes from the connection into blocks and is never a request in memory.
inline constexpr std::array request_table = {
    request_row{verb::open, packet::open, "", "", "pna", scope::path_write},
    request_row{verb::close, packet::close, "", "", "h", scope::handle},
    request_row{verb::read, packet::read, "", "", "hon", scope::handle},
    request_row{verb::lstat, packet::lstat, "", "", "p", scope::path_read},
    request_row{verb::fstat, packet::fstat, "", "", "h", scope::handle},
    request_row{verb::setstat, packet::setstat, "", "", "pa", scope::path_read},
    request_row{verb::fsetstat, packet::fsetstat, "", "", "ha", scope::handle},
    request_row{verb::opendir, packet::opendir, "", "", "p", scope::path_read},
    request_row{verb::readdir, packet::readdir, "", "", "h", scope::handle},
    request_row{verb::remove, packet::remove, "", "", "p", scope::path_write},
    request_row{verb::mkdir, packet::mkdir, "", "", "pa", scope::path_write},
    request_row{verb::rmdir, packet::rmdir, "", "", "p", scope::path_write},
    request_row{verb::realpath, packet::realpath, "", "", "p", scope::at_once},
    request_row{verb::stat, packet::stat, "", "", "p", scope::path_read},
    request_row{verb::rename, packet::rename, "", "", "pq", scope::path_write},
    request_row{verb::readlink, packet::readlink, "", "", "p", scope::at_once},
    request_row{verb::symlink, packet::symlink, "", "", "pq", scope::at_once},
    request_row{verb::posix_rename, packet::extended, "posix-rename@openssh.com", "1", "pq", scope::path_write},
    request_row{verb::statvfs, packet::extended, "statvfs@openssh.com", "2", "p", scope::path_read},
    request_row{verb::fstatvfs, packet::extended, "fstatvfs@openssh.com", "2", "h", scope::handle},
    request_row{verb::limits, packet::extended, "limits@openssh.com", "1", "", scope::at_once},
    request_row{verb::setstat, packet::extended, "lsetstat@openssh.com", "1", "pa", scope::path_read},
    request_row{verb::expand_path, packet::extended, "expand-path@openssh.com", "1", "p", scope::at_once},
    // draft-ietf-secsh-filexfer-extensions-00. Its extension check-file has two requests; paramiko calls the first of
    // them by the extension's name.
    request_row{verb::home_directory, packet::extended, "home-directory", "1", "s", scope::at_once},
    request_row{verb::copy_data, packet::extended, "copy-data", "1", "holgO", scope::handle},
    request_row{verb::check_file, packet::extended, "check-file", "1", "hsoln", scope::handle},
    request_row{verb::check_file, packet::extended, "check-file-handle", "", "hsoln", scope::handle},
    request_row{verb::check_name, packet::extended, "check-file-name", "", "psoln", scope::path_read},
};

/// The row of a packet type, or of an extension by its name; null if there is none.
constexpr const request_row* find_row(packet type, std::string_view extension = {}) {
    for (const auto& row : request_table) {
        if (row.type == type && row.extension == extension) return &row;
    }
    return nullptr;
}

}  // namespace boxgate::sftp
