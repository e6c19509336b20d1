#include "box/http/incoming_body.hpp"

#include <algorithm>

namespace boxgate::box::http {

namespace asio = boost::asio;
using boost::beast::http::error;
using boost::system::error_code;
using storage::failure;
using storage::result;

namespace {

constexpr std::size_t chunk_head_limit = 64 * 1024;

}  // namespace

incoming_body::incoming_body(std::unique_ptr<connection_pool::lease> from, std::unique_ptr<response_parser> parser,
                             bool whole_request, connection::clock::duration patience)
    : lease_(std::move(from)), parser_(std::move(parser)), whole_request_(whole_request), patience_(patience) {
    parser_->eager(true);
    if (!parser_->chunked() && parser_->content_length()) remaining_ = *parser_->content_length();
    if (parser_->is_done() || remaining_ == 0) finish();
}

asio::awaitable<result<std::size_t>> incoming_body::read_some(std::span<std::byte> into) {
    if (failed_) co_return *failed_;
    if (!lease_ || into.empty()) co_return std::size_t{0};
    result<std::size_t> n = 0;
    if (remaining_) {
        n = co_await read_known(into);
    } else {
        n = co_await read_parsed(into);
    }
    // Between two reads it is the reader who is slow, and that is not the peer's fault.
    if (lease_) lease_->conn->rest();
    co_return n;
}

asio::awaitable<result<std::size_t>> incoming_body::read_known(std::span<std::byte> into) {
    auto& conn = *lease_->conn;
    into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), *remaining_)));
    std::size_t n = asio::buffer_copy(asio::buffer(into.data(), into.size()), conn.buffer().data());
    if (n > 0) {
        conn.buffer().consume(n);
    } else {
        const auto [broken, read] = co_await conn.read_some(asio::buffer(into.data(), into.size()), patience_);
        if (broken) co_return fail(broken);
        n = read;
    }
    *remaining_ -= n;
    if (*remaining_ == 0) finish();
    co_return n;
}

asio::awaitable<result<std::size_t>> incoming_body::read_parsed(std::span<std::byte> into) {
    auto& conn = *lease_->conn;
    auto& body = parser_->get().body();
    body.data = into.data();
    body.size = into.size();
    body.more = true;
    while (true) {
        if (conn.buffer().size() > 0) {
            error_code parsed;
            conn.buffer().consume(parser_->put(conn.buffer().data(), parsed));
            if (parsed && parsed != error::need_buffer && parsed != error::need_more) co_return fail(parsed);
        }
        const std::size_t n = into.size() - body.size;
        if (parser_->is_done()) {
            finish();
            co_return n;
        }
        if (n > 0) co_return n;
        if (conn.buffer().size() >= chunk_head_limit) co_return fail(error::header_limit);
        const auto [broken, read] = co_await conn.read_some(conn.buffer().prepare(64 * 1024), patience_);
        if (broken == asio::error::eof && parser_->need_eof()) {
            lease_.reset();
            co_return std::size_t{0};
        }
        if (broken) co_return fail(broken);
        conn.buffer().commit(read);
    }
}

failure incoming_body::fail(const error_code& error) {
    failed_ = connection::broken(error, lease_->to, "in the middle of its answer");
    lease_.reset();
    return *failed_;
}

void incoming_body::finish() {
    lease_->reusable = parser_->keep_alive() && whole_request_ && lease_->conn->buffer().size() == 0;
    lease_.reset();
}

}  // namespace boxgate::box::http
