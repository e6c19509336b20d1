#include "protocol/sftp/packet_splitter.hpp"

#include "protocol/sftp/wire.hpp"

#include <algorithm>

namespace boxgate::sftp {

namespace {

constexpr std::size_t head_size = 5;  // length and type
constexpr std::size_t id_size = 4;
constexpr std::size_t write_fixed_part = 8;   // id and the handle's length
constexpr std::size_t write_tail = 12;        // offset and the payload's length
constexpr std::size_t max_handle_size = 256;  // section 6.2

}  // namespace

// Fills kept_ up to `wanted` bytes; true when they are there.
bool packet_splitter::collect(std::span<const std::byte>& in, std::size_t wanted) {
    const auto n = std::min(in.size(), wanted - kept_.size());
    kept_.append(in.first(n));
    in = in.subspan(n);
    return kept_.size() == wanted;
}

std::size_t packet_splitter::feed(std::span<const std::byte> all) {
    auto in = all;
    while (!in.empty() && stage_ != stage::dead) {
        switch (stage_) {
            case stage::head:
                if (kept_.empty() && !receiver_.may_begin()) return all.size() - in.size();
                if (collect(in, head_size)) head_arrived();
                break;
            case stage::body:
                // The usual case: the packet lies whole in the caller's memory and is read there.
                if (kept_.empty() && in.size() >= wanted_) {
                    const auto body = in.first(wanted_);
                    in = in.subspan(wanted_);
                    stage_ = stage::head;
                    receiver_.packet_arrived(type_, body);
                } else if (collect(in, wanted_)) {
                    stage_ = stage::head;
                    byte_buffer body;
                    std::swap(body, kept_);
                    receiver_.packet_arrived(type_, body.bytes());
                }
                break;
            case stage::write_head:
                if (collect(in, wanted_)) write_head_arrived();
                break;
            case stage::refused:
                if (collect(in, wanted_)) give_up(reader(kept_.bytes()).u32());
                break;
            case stage::payload: {
                const auto taken = receiver_.write_bytes(in.first(std::min(in.size(), payload_)));
                in = in.subspan(taken);
                payload_ -= taken;
                if (payload_ == 0) {
                    begin_skip(left_);
                    receiver_.write_ended();
                } else if (taken == 0) {
                    return all.size() - in.size();
                }
                break;
            }
            case stage::skip: {
                const auto n = std::min(in.size(), left_);
                in = in.subspan(n);
                begin_skip(left_ - n);
                break;
            }
            case stage::dead:
                break;
        }
    }
    return all.size() - in.size();
}

void packet_splitter::head_arrived() {
    reader head(kept_.bytes());
    const auto length = head.u32();
    type_ = head.u8();
    kept_.clear();
    if (length == 0 || length > max_packet_length) {
        stage_ = stage::dead;
        kept_.release();
        receiver_.unreadable(length == 0 ? "an SFTP packet without a type"
                                         : "an SFTP packet over the limit of 256 KiB");
        return;
    }
    const std::size_t rest = length - 1;
    const bool is_write = type_ == static_cast<std::uint8_t>(packet::write);
    const bool is_cut = is_write && rest < write_fixed_part;
    if (is_cut && rest < id_size) {
        left_ = rest;
        return give_up(0);
    }
    if (is_cut || (!is_write && rest > max_request_length)) {
        wanted_ = id_size;  // to answer to; the rest is passed over
        left_ = rest - wanted_;
        stage_ = stage::refused;
    } else if (is_write) {
        wanted_ = write_fixed_part;
        left_ = rest - wanted_;
        stage_ = stage::write_head;
    } else if (rest == 0) {
        stage_ = stage::head;
        receiver_.packet_arrived(type_, {});
    } else {
        wanted_ = rest;
        left_ = 0;
        stage_ = stage::body;
    }
}

void packet_splitter::write_head_arrived() {
    reader head(kept_.bytes());
    const auto id = head.u32();
    const std::size_t handle_size = head.u32();
    if (kept_.size() == write_fixed_part) {
        const auto more = handle_size + write_tail;
        if (handle_size > max_handle_size || more > left_) return give_up(id);
        wanted_ += more;
        left_ -= more;
        return;
    }
    reader fields(kept_.bytes().subspan(4));
    const auto text = fields.string();
    const auto offset = fields.u64();
    const auto length = fields.u32();
    std::optional<std::uint32_t> handle;
    if (text.size() == 4) handle = reader(std::as_bytes(std::span(text))).u32();
    if (length > left_) return give_up(id);
    kept_.clear();
    left_ -= length;
    payload_ = length;
    stage_ = stage::payload;
    receiver_.write_began(id, handle, offset, length);
    if (length == 0) {
        begin_skip(left_);
        receiver_.write_ended();
    }
}

void packet_splitter::give_up(std::uint32_t id) {
    kept_.clear();
    begin_skip(left_);
    receiver_.malformed(id);
}

void packet_splitter::begin_skip(std::size_t n) {
    left_ = n;
    stage_ = n == 0 ? stage::head : stage::skip;
}

}  // namespace boxgate::sftp
