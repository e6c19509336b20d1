#include "protocol/sftp/status.hpp"

namespace boxgate::sftp {

using storage::errc;

fx status_of(errc code) {
    switch (code) {
        case errc::not_found:
        case errc::not_a_directory:
            return fx::no_such_file;
        case errc::denied:
        case errc::read_only:
            return fx::permission_denied;
        case errc::not_supported:
            return fx::op_unsupported;
        // Version 3 has no codes for these; the text tells them apart.
        case errc::exists:
        case errc::is_a_directory:
        case errc::not_empty:
        case errc::quota:
        case errc::locked:
        case errc::changed:
        case errc::busy:
        case errc::rate_limited:
        case errc::unavailable:
        case errc::timeout:
        case errc::too_large:
        case errc::bad_name:
        case errc::aborted:
        case errc::internal:
            return fx::failure;
    }
    return fx::failure;
}

std::string text_of(const storage::failure& what) {
    std::string text = what.detail.empty() ? std::string(to_string(what.code)) : what.detail;
    if (what.retry_after) text += "; try again in " + std::to_string(what.retry_after->count()) + " s";
    if (!what.box_request_id.empty()) text += " (Box request id " + what.box_request_id + ")";
    return text;
}

}  // namespace boxgate::sftp
