#include "protocol/sftp/wire.hpp"

#include <boost/endian/conversion.hpp>

#include <algorithm>

namespace boxgate::sftp {

namespace endian = boost::endian;

namespace {

const unsigned char* raw(std::span<const std::byte> bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* raw(std::byte* at) {
    return reinterpret_cast<unsigned char*>(at);
}

}  // namespace

std::span<const std::byte> reader::take(std::size_t n) {
    if (n > left_.size()) {
        ok_ = false;
        left_ = {};
        return {};
    }
    const auto taken = left_.first(n);
    left_ = left_.subspan(n);
    return taken;
}

std::uint8_t reader::u8() {
    const auto from = take(1);
    return from.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(from[0]);
}

std::uint32_t reader::u32() {
    const auto from = take(4);
    return from.empty() ? 0 : endian::load_big_u32(raw(from));
}

std::uint64_t reader::u64() {
    const auto from = take(8);
    return from.empty() ? 0 : endian::load_big_u64(raw(from));
}

std::string_view reader::string() {
    const auto from = take(u32());
    return {reinterpret_cast<const char*>(from.data()), from.size()};
}

writer::writer(byte_buffer& to, packet type) : to_(to), start_(to.size()) {
    to_.extend(4);
    u8(static_cast<std::uint8_t>(type));
}

writer::~writer() {
    const auto length = to_.size() - start_ - 4;
    endian::store_big_u32(raw(to_.at(start_)), static_cast<std::uint32_t>(length));
}

void writer::u8(std::uint8_t value) {
    to_.extend(1)[0] = std::byte{value};
}

void writer::u32(std::uint32_t value) {
    endian::store_big_u32(raw(to_.extend(4).data()), value);
}

void writer::u64(std::uint64_t value) {
    endian::store_big_u64(raw(to_.extend(8).data()), value);
}

void writer::string(std::string_view text) {
    u32(static_cast<std::uint32_t>(text.size()));
    to_.append(std::as_bytes(std::span(text)));
}

}  // namespace boxgate::sftp
