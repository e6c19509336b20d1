#include "protocol/sftp/request.hpp"

namespace boxgate::sftp {

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
            case 'h': {
                const auto text = from.string();
                reader number(std::as_bytes(std::span(text)));
                const auto value = number.u32();
                if (text.size() == 4) into.handle = value;
                break;
            }
            case 'o':
                into.offset = from.u64();
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
