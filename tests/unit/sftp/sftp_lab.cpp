#include "tests/unit/sftp/sftp_lab.hpp"

#include "protocol/storage/guarded_filesystem.hpp"

#include <chrono>
#include <stdexcept>

namespace boxgate::testing {

using sftp::packet;

namespace {

constexpr auto patience = std::chrono::seconds(10);

sftp::reader reader_of(const std::string& bytes) {
    return sftp::reader(std::as_bytes(std::span(bytes)));
}

[[noreturn]] void too_late(const std::string& what, const std::source_location& caller) {
    throw std::runtime_error(what + ", at " + caller.file_name() + ":" + std::to_string(caller.line()));
}

}  // namespace

sftp_packet& sftp_packet::u8(std::uint8_t value) {
    body_ += static_cast<char>(value);
    return *this;
}

sftp_packet& sftp_packet::u32(std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) u8(static_cast<std::uint8_t>(value >> shift));
    return *this;
}

sftp_packet& sftp_packet::u64(std::uint64_t value) {
    return u32(static_cast<std::uint32_t>(value >> 32)).u32(static_cast<std::uint32_t>(value));
}

sftp_packet& sftp_packet::text(std::string_view value) {
    return u32(static_cast<std::uint32_t>(value.size())).raw(value);
}

sftp_packet& sftp_packet::raw(std::string_view value) {
    body_ += value;
    return *this;
}

std::string sftp_packet::bytes() const {
    std::string all;
    const auto n = static_cast<std::uint32_t>(body_.size());
    for (int shift = 24; shift >= 0; shift -= 8) all += static_cast<char>(static_cast<std::uint8_t>(n >> shift));
    return all + body_;
}

sftp::fx sftp_reply::code() const {
    if (type != packet::status) throw std::runtime_error("not a STATUS");
    return static_cast<sftp::fx>(reader_of(body).u32());
}

std::string sftp_reply::message() const {
    auto from = reader_of(body);
    from.u32();
    return std::string(from.string());
}

std::string sftp_reply::string() const {
    if (type == packet::status) throw std::runtime_error("a STATUS: " + message());
    return std::string(reader_of(body).string());
}

std::uint64_t sftp_reply::size() const {
    if (type == packet::status) throw std::runtime_error("a STATUS: " + message());
    auto from = reader_of(body);
    from.u32();
    return from.u64();
}

std::uint32_t sftp_reply::mode() const {
    auto from = reader_of(body);
    from.u32();
    from.u64();
    from.u64();
    return from.u32();
}

std::vector<std::pair<std::string, std::string>> sftp_reply::names() const {
    std::vector<std::pair<std::string, std::string>> all;
    if (type == packet::status) throw std::runtime_error("a STATUS: " + message());
    auto from = reader_of(body);
    for (auto left = from.u32(); left > 0 && from.ok(); --left) {
        std::string name(from.string());
        std::string line(from.string());
        sftp::read_attributes(from);
        all.emplace_back(std::move(name), std::move(line));
    }
    return all;
}

sftp_lab::sftp_lab(sftp::options limits, std::size_t block_count)
    : blocks(storage::block_pool::create(block_count * storage::block::capacity)),
      log_(runtime::log_format::human, runtime::log_level::debug,
           [this](std::string_view line) { log_lines += std::string(line) + "\n"; }) {
    auto files = std::make_unique<memory_filesystem>(tree, blocks);
    auto guarded = std::make_unique<storage::guarded_filesystem>(std::move(files), limits.granted);
    storage::call_context who("s1", "ann", "192.0.2.1", "sftp");
    server = std::make_unique<sftp::server>(context.get_executor(), std::move(guarded), blocks, std::move(limits),
                                            std::move(who), log_, [] {});
}

sftp_lab::~sftp_lab() {
    server.reset();
    context.restart();
    context.poll();
}

void sftp_lab::exchange() {
    input_.erase(0, server->feed(std::as_bytes(std::span(input_))));
    if (deaf) return;
    for (auto out = server->next_output(); !out.empty(); out = server->next_output()) {
        output_.append(reinterpret_cast<const char*>(out.data()), out.size());
        server->sent(out.size());
    }
    for (;;) {
        auto from = reader_of(output_);
        const std::size_t length = from.u32();
        if (!from.ok() || from.left() < length) return;
        sftp_reply one;
        one.type = static_cast<packet>(from.u8());
        one.id = from.u32();
        one.body = output_.substr(9, length - 5);
        output_.erase(0, 4 + length);
        order.push_back(one.id);
        replies_[one.id] = std::move(one);
    }
}

void sftp_lab::send(const std::string& bytes) {
    input_ += bytes;
    exchange();
}

void sftp_lab::settle() {
    exchange();
    for (;;) {
        if (context.stopped()) context.restart();
        if (context.poll_one() == 0) return;
        exchange();
    }
}

void sftp_lab::until(const std::function<bool()>& condition, const std::source_location& caller) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (;;) {
        exchange();
        if (condition()) return;
        if (std::chrono::steady_clock::now() > deadline) too_late("it did not come about", caller);
        if (context.stopped()) context.restart();
        context.run_one_for(std::chrono::milliseconds(20));
    }
}

sftp_reply sftp_lab::reply(std::uint32_t id, const std::source_location& caller) {
    until([&] { return replies_.contains(id); }, caller);
    auto found = replies_.extract(id);
    return std::move(found.mapped());
}

sftp_reply sftp_lab::ask(std::uint32_t id, const sftp_packet& packet, const std::source_location& caller) {
    send(packet);
    return reply(id, caller);
}

sftp_reply sftp_lab::greet() {
    return ask(sftp::protocol_version, sftp_packet(packet::init).u32(sftp::protocol_version));
}

sftp_reply sftp_lab::try_open(std::string_view path, std::uint32_t flags, std::optional<std::uint64_t> size) {
    const auto id = next_id();
    auto request = sftp_packet(packet::open).u32(id).text(path).u32(flags);
    if (size)
        request.u32(1).u64(*size);
    else
        request.u32(0);
    return ask(id, request);
}

std::string sftp_lab::open(std::string_view path, std::uint32_t flags, const std::source_location& caller) {
    const auto answer = try_open(path, flags);
    if (answer.type != packet::handle) too_late("OPEN was refused: " + answer.message(), caller);
    return answer.string();
}

sftp_packet sftp_lab::make_write(std::uint32_t id, const std::string& handle, std::uint64_t offset,
                                 std::string_view bytes) {
    return sftp_packet(packet::write).u32(id).text(handle).u64(offset).text(bytes);
}

sftp_packet sftp_lab::make_read(std::uint32_t id, const std::string& handle, std::uint64_t offset,
                                std::uint32_t length) {
    return sftp_packet(packet::read).u32(id).text(handle).u64(offset).u32(length);
}

sftp_reply sftp_lab::write(const std::string& handle, std::uint64_t offset, std::string_view bytes) {
    const auto id = next_id();
    return ask(id, make_write(id, handle, offset, bytes));
}

sftp_reply sftp_lab::read(const std::string& handle, std::uint64_t offset, std::uint32_t length) {
    const auto id = next_id();
    return ask(id, make_read(id, handle, offset, length));
}

sftp_reply sftp_lab::close(const std::string& handle) {
    const auto id = next_id();
    return ask(id, sftp_packet(packet::close).u32(id).text(handle));
}

sftp_reply sftp_lab::path_request(sftp::packet type, std::string_view path) {
    const auto id = next_id();
    return ask(id, sftp_packet(type).u32(id).text(path));
}

}  // namespace boxgate::testing
