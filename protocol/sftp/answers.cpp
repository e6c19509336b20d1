#include "protocol/sftp/answers.hpp"

#include "protocol/sftp/attributes.hpp"
#include "protocol/sftp/request_table.hpp"

namespace boxgate::sftp {

void answer_version(output& to) {
    const auto fill = [](writer& reply) {
        reply.u32(protocol_version);
        for (const auto& row : request_table) {
            if (row.version.empty()) continue;
            reply.string(row.extension);
            reply.string(row.version);
        }
    };
    to.packet_of(packet::version, fill);
}

void answer_limits(output& to, std::uint32_t id, const options& limits) {
    const auto fill = [&](writer& reply) {
        reply.u32(id);
        reply.u64(max_packet_length);
        reply.u64(max_read_length);
        reply.u64(max_write_length);
        reply.u64(limits.max_handles);
    };
    to.packet_of(packet::extended_reply, fill);
}

void answer_path(output& to, std::uint32_t id, const storage::path& where) {
    const auto fill = [&](writer& reply) {
        reply.u32(id);
        reply.u32(1);
        reply.string(where.string());
        reply.string(where.string());
        reply.u32(0);  // no attributes
    };
    to.packet_of(packet::name, fill);
}

void answer_attributes(output& to, std::uint32_t id, const storage::entry& what, const options& limits) {
    const auto fill = [&](writer& reply) {
        reply.u32(id);
        write_attributes(reply, what, limits.granted);
    };
    to.packet_of(packet::attrs, fill);
}

void answer_space(output& to, std::uint32_t id, const storage::space_info& space, const options& limits) {
    constexpr std::uint64_t unit = 4096;
    constexpr std::uint64_t files = 1'000'000'000;  // Box has no such limit
    constexpr std::uint64_t read_only = 1;
    constexpr std::uint64_t no_setuid = 2;
    constexpr std::uint64_t longest_name = 255;
    const auto fill = [&](writer& reply) {
        reply.u32(id);
        reply.u64(unit);
        reply.u64(unit);
        reply.u64(space.total / unit);
        reply.u64(space.free / unit);
        reply.u64(space.free / unit);
        reply.u64(files);
        reply.u64(files);
        reply.u64(files);
        reply.u64(0);
        reply.u64(no_setuid | (limits.may_store() ? 0 : read_only));
        reply.u64(longest_name);
    };
    to.packet_of(packet::extended_reply, fill);
}

void answer_sha1(output& to, std::uint32_t id, std::string_view digest) {
    const auto fill = [&](writer& reply) {
        reply.u32(id);
        reply.string("check-file");
        reply.string("sha1");
        reply.bytes(std::as_bytes(std::span(digest)));
    };
    to.packet_of(packet::extended_reply, fill);
}

}  // namespace boxgate::sftp
