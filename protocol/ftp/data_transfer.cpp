#include "protocol/ftp/data_transfer.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ssl/error.hpp>

#include <vector>

namespace boxgate::ftp {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;
using storage::block;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

constexpr std::size_t converted_at_once = 64 * 1024;  // beside the block, which has no room for more bytes

}  // namespace

data_transfer::~data_transfer() {
    with_.transfer.attach(nullptr);
}

asio::awaitable<bool> data_transfer::is_possible(conversation& with) {
    if (with.with.options.tls == conf::tls_mode::required && !with.protect_data) {
        with.data.clear();
        co_await with.replies.send(reply(522, "This server wants TLS on data connections: PROT P first"));
        co_return false;
    }
    if (!with.data.is_prepared()) {
        co_await with.replies.send(reply(425, "PASV, EPSV, PORT or EPRT first"));
        co_return false;
    }
    co_return true;
}

asio::awaitable<result<void>> data_transfer::open(std::string text) {
    co_await with_.replies.send(reply(150, std::move(text)));
    const auto& how = with_.with.options;
    std::optional<net::tls_terms> terms;
    if (with_.protect_data) terms.emplace(with_.tls, with_.who.session, false);
    auto opened = co_await with_.data.open(with_.control.remote_endpoint(), std::move(terms), how.require_session_reuse,
                                           how.connect_timeout);
    if (opened.has_error()) {
        if (with_.transfer.is_aborted()) {
            co_await with_.replies.send(reply(426, "Aborted"));
            co_return failure(errc::aborted, "aborted");
        }
        const bool refused = opened.error() == errc::denied;
        auto why = (refused ? "Refused: " : "No data connection: ") + printable(opened.error().detail);
        co_await with_.replies.send(reply(refused ? 522 : 425, why));
        co_return failure(errc::aborted, std::move(why));
    }
    data_ = std::move(*opened);
    // Many clients use a ticket once, and more than two transfers follow a login.
    if (data_->is_resumed()) with_.control.give_ticket();
    with_.transfer.attach(data_.get());
    co_return boost::system::in_place_value;
}

failure data_transfer::lost(const boost::system::error_code& error, const char* doing) const {
    if (with_.transfer.is_aborted()) return failure(errc::aborted, "aborted");
    if (error == asio::error::timed_out) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(with_.with.options.transfer_timeout);
        return failure(errc::aborted, "no byte moved for " + std::to_string(seconds.count()) + " s");
    }
    if (error == asio::ssl::error::stream_truncated) {
        return failure(errc::aborted, "the data connection ended without TLS's close_notify: its end may be missing");
    }
    return failure(errc::aborted, std::string("the data connection broke while ") + doing + ": " + error.message());
}

// The orderly end of what the client sends; under TLS a bare FIN may be one that somebody else has made.
bool data_transfer::is_end(const boost::system::error_code& error) const {
    if (error == asio::error::eof) return true;
    return error == asio::ssl::error::stream_truncated && !with_.with.options.require_close_notify;
}

asio::awaitable<void> data_transfer::keep_pace(runtime::pace& limit, std::size_t bytes) {
    using clock = runtime::pace::clock;
    const auto until = clock::now() + limit.take(bytes, clock::now());
    while (clock::now() < until && !with_.transfer.is_aborted()) {
        if (!co_await with_.wait(std::min<clock::duration>(until - clock::now(), std::chrono::seconds(1)))) co_return;
    }
}

asio::awaitable<result<block>> data_transfer::read_block() {
    if (at_end_) co_return block();
    auto room = co_await with_.with.blocks->acquire(with_.with.options.memory_patience);
    if (!room) co_return failure(errc::busy, "the gateway has no memory for another transfer now");
    block data = std::move(*room);
    // Two bytes: a CR that was kept back needs one that follows it.
    const std::size_t least_room = converts_lines_ ? 2 : 1;
    while (data.room().size() >= least_room) {
        const auto space = data.room();
        const auto kept = received_lines_.begin(space);
        const auto [error, n] = co_await data_->read_some(asio::buffer(space.data() + kept, space.size() - kept),
                                                          with_.with.options.transfer_timeout);
        const auto filled = space.first(kept + n);
        data.grow(converts_lines_ ? received_lines_.convert(filled, is_end(error)) : filled.size());
        with_.transfer.count(n);
        if (const auto& limit = with_.account->upload_pace) co_await keep_pace(*limit, n);
        if (is_end(error)) {
            at_end_ = true;
            ended_in_order_ = with_.protect_data && error == asio::error::eof;
            break;
        }
        if (error) co_return lost(error, "receiving");
    }
    co_return data;
}

asio::awaitable<result<void>> data_transfer::receive(storage::sink& into) {
    std::uint64_t offset = 0;
    auto current = co_await read_block();
    while (current.has_value() && !current->empty()) {
        auto writing = into.write(offset, *current);
        offset += current->size();
        auto both = std::move(writing) && read_block();
        auto [written, next] = co_await std::move(both);
        if (written.has_error()) co_return written.error();
        current = std::move(next);
    }
    if (current.has_error()) co_return current.error();
    // A clear-text data connection ends the same way whether the client is through or was killed; its control
    // connection knows.
    if (!with_.transfer.is_wanted()) co_return failure(errc::aborted, "the client is gone");
    // Ours goes out before the commit: clients wait for it, and only then for the reply.
    co_await finish();
    co_return boost::system::in_place_value;
}

asio::awaitable<result<void>> data_transfer::send_block(block data) {
    if (converts_lines_) co_return co_await send_lines(std::move(data));
    co_return co_await send_bytes(data.bytes());
}

asio::awaitable<result<void>> data_transfer::send_lines(block data) {
    std::vector<std::byte> room(converted_at_once);
    auto left = data.bytes();
    while (!left.empty()) {
        const auto done = sent_lines_.convert(left, room);
        left = left.subspan(done.taken);
        auto sent = co_await send_bytes(std::span(room).first(done.made));
        if (sent.has_error()) co_return sent;
    }
    co_return boost::system::in_place_value;
}

asio::awaitable<result<void>> data_transfer::send_bytes(std::span<const std::byte> bytes) {
    const auto error =
        co_await data_->write(asio::buffer(bytes.data(), bytes.size()), with_.with.options.transfer_timeout);
    if (error) co_return lost(error, "sending");
    with_.transfer.count(bytes.size());
    if (const auto& limit = with_.account->download_pace) co_await keep_pace(*limit, bytes.size());
    co_return boost::system::in_place_value;
}

asio::awaitable<result<void>> data_transfer::send_file(storage::source& from) {
    std::uint64_t offset = 0;
    auto current = co_await from.read(offset, block::capacity);
    while (current.has_value() && !current->empty()) {
        const auto sound = from.check(offset, current->bytes());
        if (sound.has_error()) co_return sound.error();
        offset += current->size();
        auto both = send_block(std::move(*current)) && from.read(offset, block::capacity);
        auto [sent, next] = co_await std::move(both);
        if (sent.has_error()) co_return sent.error();
        current = std::move(next);
    }
    if (current.has_error()) co_return current.error();
    co_await finish();
    co_return boost::system::in_place_value;
}

asio::awaitable<result<void>> data_transfer::send_text(std::string text) {
    const auto error = co_await data_->write(asio::buffer(text), with_.with.options.transfer_timeout);
    if (error) co_return lost(error, "sending");
    with_.transfer.count(text.size());
    co_return boost::system::in_place_value;
}

asio::awaitable<void> data_transfer::finish() {
    co_await data_->finish(std::chrono::seconds(5));
}

void data_transfer::cut() {
    if (data_) data_->cut();
}

}  // namespace boxgate::ftp
