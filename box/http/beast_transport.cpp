#include "box/http/beast_transport.hpp"

#include "box/http/connection.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <deque>
#include <map>

namespace boxgate::box::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

using response_parser = beast::http::response_parser<beast::http::buffer_body>;
constexpr std::size_t collected_limit = 16 * 1024 * 1024;
constexpr std::uint32_t head_limit = 64 * 1024;

// The connections of one transport. Body streams outlive the exchange that made them, and may outlive the transport.
struct pool {
    struct host {
        std::vector<std::unique_ptr<connection>> idle;
        std::size_t open = 0;
        std::deque<std::shared_ptr<asio::steady_timer>> waiting;
    };

    explicit pool(transport_options chosen) : options(std::move(chosen)) {}

    transport_options options;
    std::map<origin, host> hosts;
};

// The right to one of a host's connections; gives the connection back, or drops it and lets the next waiter in.
class lease {
public:
    lease(std::shared_ptr<pool> from, origin to) : pool_(std::move(from)), origin_(std::move(to)) {
        ++pool_->hosts[origin_].open;
    }
    lease(const lease&) = delete;
    lease& operator=(const lease&) = delete;
    ~lease() {
        auto& host = pool_->hosts[origin_];
        --host.open;
        if (reusable && conn) {
            conn->rest();
            conn->idle_since = connection::clock::now();
            host.idle.push_back(std::move(conn));
        }
        if (!host.waiting.empty()) {
            host.waiting.front()->cancel();
            host.waiting.pop_front();
        }
    }

    const std::shared_ptr<pool>& from() const { return pool_; }
    const origin& to() const { return origin_; }

    std::unique_ptr<connection> conn;
    bool kept = false;      // the connection has served an exchange before
    bool reusable = false;  // set when an exchange has left it in order

private:
    std::shared_ptr<pool> pool_;
    origin origin_;
};

failure broken(const error_code& error, const origin& to, const char* when) {
    if (error == asio::error::timed_out) {
        return failure(errc::timeout, to.host + " went silent " + when);
    }
    return failure(errc::unavailable, "the connection to " + to.host + " broke " + when + ": " + error.message());
}

// A body as the parser's framing has it: of a known length it is read straight into the caller's memory, otherwise
// through the parser.
class incoming_body final : public body_stream {
public:
    incoming_body(std::unique_ptr<lease> from, std::unique_ptr<response_parser> parser,
                  connection::clock::duration patience)
        : lease_(std::move(from)), parser_(std::move(parser)), patience_(patience) {
        if (!parser_->chunked() && parser_->content_length()) remaining_ = *parser_->content_length();
        if (parser_->is_done()) remaining_ = 0;
        finish_at_end();
    }

    asio::awaitable<result<std::size_t>> read_some(std::span<std::byte> into) override {
        if (!lease_ || into.empty()) co_return std::size_t{0};
        if (remaining_) co_return co_await read_known(into);
        co_return co_await read_parsed(into);
    }

private:
    asio::awaitable<result<std::size_t>> read_known(std::span<std::byte> into) {
        auto& conn = *lease_->conn;
        into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), *remaining_)));
        std::size_t n = asio::buffer_copy(asio::buffer(into.data(), into.size()), conn.buffer().data());
        if (n > 0) {
            conn.buffer().consume(n);
        } else {
            const auto [error, read] = co_await conn.read_some(asio::buffer(into.data(), into.size()), patience_);
            if (error) co_return fail(error);
            n = read;
        }
        *remaining_ -= n;
        finish_at_end();
        co_return n;
    }

    asio::awaitable<result<std::size_t>> read_parsed(std::span<std::byte> into) {
        auto& conn = *lease_->conn;
        auto& body = parser_->get().body();
        body.data = into.data();
        body.size = into.size();
        body.more = true;
        while (true) {
            error_code error;
            if (conn.buffer().size() > 0) {
                conn.buffer().consume(parser_->put(conn.buffer().data(), error));
                if (error == beast::http::error::need_buffer || error == beast::http::error::need_more) error = {};
                if (error) co_return fail(error);
            }
            const std::size_t n = into.size() - body.size;
            if (parser_->is_done()) {
                remaining_ = 0;
                finish_at_end();
                co_return n;
            }
            if (n > 0) co_return n;
            const auto [read_error, read] = co_await conn.read_some(conn.buffer().prepare(64 * 1024), patience_);
            if (read_error == asio::error::eof && parser_->need_eof()) {
                lease_.reset();
                co_return std::size_t{0};
            }
            if (read_error) co_return fail(read_error);
            conn.buffer().commit(read);
        }
    }

    failure fail(const error_code& error) {
        const auto what = broken(error, lease_->to(), "in the middle of its answer");
        lease_.reset();
        return what;
    }

    void finish_at_end() {
        if (!remaining_ || *remaining_ > 0) return;
        lease_->reusable = parser_->keep_alive() && !cut_short_ && lease_->conn->buffer().size() == 0;
        lease_.reset();
    }

public:
    // The request was not sent whole: the connection cannot carry another.
    void never_reuse() { cut_short_ = true; }

private:
    std::unique_ptr<lease> lease_;  // null after the end
    std::unique_ptr<response_parser> parser_;
    connection::clock::duration patience_;
    std::optional<std::uint64_t> remaining_;
    bool cut_short_ = false;
};

const char* to_text(method verb) {
    switch (verb) {
        case method::get:
            return "GET";
        case method::post:
            return "POST";
        case method::put:
            return "PUT";
        case method::del:
            return "DELETE";
        case method::options:
            return "OPTIONS";
    }
    return "GET";
}

bool is_safe(method verb) {
    return verb == method::get || verb == method::options;
}

// What one try on one connection came to.
struct attempt {
    attempt() = default;

    std::optional<failure> error;
    bool touched = false;   // some of the request was handed over
    bool answered = false;  // some of an answer came back
    std::unique_ptr<response_parser> parser;
    bool request_whole = false;
};

class beast_transport final : public transport {
public:
    beast_transport(asio::any_io_executor executor, transport_options options)
        : executor_(std::move(executor)), pool_(std::make_shared<pool>(std::move(options))) {}

    asio::awaitable<boost::system::result<response, transport_error>> exchange(request what) override;

private:
    asio::awaitable<result<std::unique_ptr<lease>>> acquire(origin to, bool fresh);
    asio::awaitable<attempt> round_trip(connection& conn, const origin& to, const request& what, std::string head);
    asio::awaitable<void> send(connection& conn, const origin& to, const request& what, std::string head,
                               attempt& so_far);
    asio::awaitable<void> receive_head(connection& conn, const origin& to, const request& what, attempt& so_far);
    asio::awaitable<boost::system::result<response, transport_error>> take_answer(std::unique_ptr<lease> from,
                                                                                  attempt outcome, bool stream,
                                                                                  connection::clock::duration patience);

    asio::any_io_executor executor_;
    std::shared_ptr<pool> pool_;
};

asio::awaitable<result<std::unique_ptr<lease>>> beast_transport::acquire(origin to, bool fresh) {
    auto& host = pool_->hosts[to];
    const auto give_up = connection::clock::now() + std::chrono::seconds(60);
    while (host.open >= pool_->options.connections_per_host) {
        const auto turn = std::make_shared<asio::steady_timer>(executor_, give_up);
        host.waiting.push_back(turn);
        const auto [woken] = co_await turn->async_wait(asio::as_tuple(asio::use_awaitable));
        std::erase(host.waiting, turn);
        if (!woken) {
            co_return failure(errc::timeout, "all " + std::to_string(pool_->options.connections_per_host) +
                                                 " connections to " + to.host + " were busy for a minute");
        }
    }
    auto granted = std::make_unique<lease>(pool_, to);
    const auto oldest = connection::clock::now() - pool_->options.keep_idle;
    while (!host.idle.empty()) {
        // The youngest first; the rest of the shelf is looked at only when it is stale.
        auto conn = std::move(host.idle.back());
        host.idle.pop_back();
        if (fresh || conn->idle_since < oldest || conn->is_stale()) continue;
        granted->conn = std::move(conn);
        granted->kept = true;
        co_return granted;
    }
    granted->conn = std::make_unique<connection>(executor_, pool_->options.tls);
    auto opened = co_await granted->conn->open(to, pool_->options.proxy, pool_->options.connect_timeout);
    if (opened.has_error()) co_return opened.error();
    co_return granted;
}

asio::awaitable<void> beast_transport::send(connection& conn, const origin& to, const request& what, std::string head,
                                            attempt& so_far) {
    std::vector<asio::const_buffer> buffers{asio::buffer(head)};
    if (const auto* text = std::get_if<std::string>(&what.body)) buffers.push_back(asio::buffer(*text));
    so_far.touched = true;
    auto error = co_await conn.write(buffers, what.patience);
    if (const auto* body = std::get_if<std::shared_ptr<body_source>>(&what.body)) {
        while (!error && !so_far.parser->is_header_done()) {
            const auto piece = co_await (*body)->next();
            if (piece.has_error()) {
                so_far.error = piece.error();
                conn.close();
                co_return;
            }
            if (piece->empty()) {
                so_far.request_whole = true;
                co_return;
            }
            std::vector<asio::const_buffer> one{asio::buffer(piece->data(), piece->size())};
            error = co_await conn.write(std::move(one), what.patience);
        }
        // A write that fails may have been answered: the reader knows.
        if (error && error != asio::error::operation_aborted && !so_far.parser->is_header_done() && !so_far.error) {
            so_far.error = broken(error, to, "while the request was being sent");
        }
        co_return;
    }
    if (error) {
        so_far.error = broken(error, to, "while the request was being sent");
    } else {
        so_far.request_whole = true;
    }
}

asio::awaitable<void> beast_transport::receive_head(connection& conn, const origin& to, const request& what,
                                                    attempt& so_far) {
    auto& parser = *so_far.parser;
    while (!parser.is_header_done()) {
        if (conn.buffer().size() > 0) {
            error_code error;
            conn.buffer().consume(parser.put(conn.buffer().data(), error));
            if (error && error != beast::http::error::need_more && error != beast::http::error::need_buffer) {
                if (!so_far.error) so_far.error = broken(error, to, "with an answer that is not HTTP");
                conn.close();
                co_return;
            }
            if (parser.is_header_done()) break;
        }
        const auto [error, n] = co_await conn.read_some(conn.buffer().prepare(16 * 1024), what.patience);
        if (error) {
            if (!so_far.error) so_far.error = broken(error, to, "before an answer came");
            conn.close();
            co_return;
        }
        so_far.answered = true;
        conn.buffer().commit(n);
    }
    so_far.error.reset();
    // An early answer ends the sending; what Box has said stands.
    if (!so_far.request_whole) conn.cancel();
}

asio::awaitable<attempt> beast_transport::round_trip(connection& conn, const origin& to, const request& what,
                                                     std::string head) {
    attempt so_far;
    so_far.parser = std::make_unique<response_parser>();
    so_far.parser->body_limit(boost::none);  // bodies are bounded where they are read
    so_far.parser->header_limit(head_limit);
    so_far.parser->eager(false);
    if (std::holds_alternative<std::shared_ptr<body_source>>(what.body)) {
        using namespace asio::experimental::awaitable_operators;
        auto both = send(conn, to, what, std::move(head), so_far) && receive_head(conn, to, what, so_far);
        co_await std::move(both);
    } else {
        co_await send(conn, to, what, std::move(head), so_far);
        if (!so_far.error) co_await receive_head(conn, to, what, so_far);
    }
    co_return so_far;
}

asio::awaitable<boost::system::result<response, transport_error>> beast_transport::take_answer(
    std::unique_ptr<lease> from, attempt outcome, bool stream, connection::clock::duration patience) {
    const origin to = from->to();
    response answer;
    const auto& head = outcome.parser->get();
    answer.status = head.result_int();
    for (const auto& field : head) answer.headers.add(std::string(field.name_string()), std::string(field.value()));
    if (answer.status == 204 || answer.status == 304) outcome.parser->skip(true);
    const bool whole = outcome.request_whole;
    auto body = std::make_unique<incoming_body>(std::move(from), std::move(outcome.parser), patience);
    if (!whole) body->never_reuse();
    if (stream && (answer.status == 200 || answer.status == 206)) {
        answer.stream = std::move(body);
        co_return answer;
    }
    std::vector<std::byte> chunk(16 * 1024);
    while (true) {
        const auto n = co_await body->read_some(chunk);
        if (n.has_error()) co_return transport_error(n.error(), true);
        if (*n == 0) break;
        if (answer.body.size() + *n > collected_limit) {
            co_return transport_error(failure(errc::unavailable, to.host + " sent an answer of more than 16 MiB"),
                                      true);
        }
        answer.body.append(reinterpret_cast<const char*>(chunk.data()), *n);
    }
    co_return answer;
}

asio::awaitable<boost::system::result<response, transport_error>> beast_transport::exchange(request what) {
    const auto url = boost::urls::parse_uri(what.url);
    if (!url || (url->scheme() != "http" && url->scheme() != "https") || url->host_address().empty()) {
        co_return transport_error(failure(errc::internal, "not an http or https address: " + what.url), false);
    }
    const bool tls = url->scheme() == "https";
    const origin to(tls, url->host_address(), url->has_port() ? std::string(url->port()) : (tls ? "443" : "80"));

    std::string target(url->encoded_target());
    if (target.empty()) target = "/";
    const bool default_port = to.port == (tls ? "443" : "80");
    std::string head = std::string(to_text(what.method)) + " " + target +
                       " HTTP/1.1\r\nHost: " + (default_port ? std::string(url->encoded_host()) : to.authority()) +
                       "\r\n";
    for (const auto& [name, value] : what.headers) head += name + ": " + value + "\r\n";
    std::uint64_t length = 0;
    if (const auto* text = std::get_if<std::string>(&what.body)) length = text->size();
    const auto* source = std::get_if<std::shared_ptr<body_source>>(&what.body);
    if (source) length = (*source)->length();
    if (length > 0 || !is_safe(what.method)) head += "Content-Length: " + std::to_string(length) + "\r\n";
    head += "\r\n";

    for (bool fresh = false;; fresh = true) {
        auto granted = co_await acquire(to, fresh);
        if (granted.has_error()) co_return transport_error(granted.error(), false);
        const bool kept = (*granted)->kept;
        auto outcome = co_await round_trip(*(*granted)->conn, to, what, head);
        if (!outcome.error) {
            co_return co_await take_answer(std::move(*granted), std::move(outcome), what.stream_response,
                                           what.patience);
        }
        // The commonest fault of all: the peer closed a kept connection while the request was on its way.
        const bool died_on_the_shelf = kept && !outcome.answered && outcome.error->code == errc::unavailable;
        if (!died_on_the_shelf || fresh || !is_safe(what.method) || (source && !(*source)->rewind())) {
            co_return transport_error(*outcome.error, outcome.touched);
        }
    }
}

}  // namespace

std::unique_ptr<transport> make_beast_transport(asio::any_io_executor executor, transport_options options) {
    return std::make_unique<beast_transport>(std::move(executor), std::move(options));
}

}  // namespace boxgate::box::http
