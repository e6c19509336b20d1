#include "protocol/sftp/request.hpp"

namespace boxgate::sftp {

namespace {

// Handles are four bytes; nullopt for any other.
std::optional<std::uint32_t> read_handle(reader& from) {
    const auto text = from.string();
    if (text.size() != 4) return std::nullopt;
    return reader(std::as_bytes(std::span(text))).u32();
}

}  // namespace

bool read_fields(const request_row& row, reader& from, request& into) {
    into.row = &row;
    for (const char field : row.fields) {
        switch (field) {
            case 'p':
                into.path = from.string();
                break;
            case 'q':
                into.target = from.string();
                break;
            case 'h':
                into.handle = read_handle(from);
                break;
            case 'g':
                into.second_handle = read_handle(from);
                break;
            case 's':
                into.text = from.string();
                break;
            case 'o':
                into.offset = from.u64();
                break;
            case 'O':
                into.second_offset = from.u64();
                break;
            case 'l':
                into.length = from.u64();
                break;
            case 'n':
                into.number = from.u32();
                break;
            case 'a':
                // Some clients leave out empty attributes altogether.
                if (from.left() > 0) into.attrs = read_attributes(from);
                break;
            default:
                break;
        }
    }
    return from.ok();
}

}  // namespace boxgate::sftp
