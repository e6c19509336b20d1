#include "protocol/ftp/status.hpp"

namespace boxgate::ftp {

using storage::errc;

namespace {

int code_of(const storage::failure& why, asked of) {
    switch (why.code) {
        case errc::not_found:
        case errc::is_a_directory:
        case errc::not_a_directory:
        case errc::not_empty:
        case errc::denied:
        case errc::read_only:
            return 550;
        case errc::exists:
        case errc::bad_name:
            return of == asked::directory ? 550 : 553;
        case errc::quota:
            // Room that comes free again is the gateway's own; a full account at Box stays full.
            return why.retry_after ? 452 : 552;
        case errc::too_large:
            return 552;
        case errc::locked:
        case errc::busy:
        case errc::rate_limited:
            return 450;
        case errc::not_supported:
            return 502;
        case errc::aborted:
            return 426;
        case errc::changed:
        case errc::unavailable:
        case errc::timeout:
        case errc::internal:
            break;
    }
    return 451;
}

}  // namespace

std::string printable(std::string text) {
    for (auto& c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    }
    return text;
}

reply to_reply(const storage::failure& why, asked of) {
    std::string text = why.detail.empty() ? std::string(storage::to_string(why.code)) : why.detail;
    if (why.retry_after && text.find("try again in") == std::string::npos) {
        text += "; try again in " + std::to_string(why.retry_after->count()) + " s";
    }
    if (!why.box_request_id.empty()) text += " (Box request " + why.box_request_id + ")";
    return reply(code_of(why, of), printable(std::move(text)));
}

}  // namespace boxgate::ftp
