#include "box/http/beast_transport.hpp"

#include "box/http/connection.hpp"
#include "box/http/connection_pool.hpp"
#include "box/http/incoming_body.hpp"
#include "box/http/origin.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace boxgate::box::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using storage::errc;
using storage::failure;

namespace {

using namespace asio::experimental::awaitable_operators;
using exchanged = boost::system::result<response, transport_error>;
constexpr std::chrono::seconds default_patience{60};
constexpr std::size_t collected_limit = 16 * 1024 * 1024;
constexpr std::size_t collected_piece = 32 * 1024;
constexpr std::uint32_t head_limit = 64 * 1024;

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

std::unique_ptr<response_parser> new_parser() {
    auto parser = std::make_unique<response_parser>();
    parser->body_limit(boost::none);  // bodies are bounded where they are read
    parser->header_limit(head_limit);
    parser->eager(false);
    return parser;
}

std::uint64_t body_length(const request& what) {
    if (const auto* text = std::get_if<std::string>(&what.body)) return text->size();
    if (const auto* source = std::get_if<std::shared_ptr<body_source>>(&what.body)) return (*source)->length();
    return 0;
}

std::string head_of(const request& what, const origin& to) {
    const auto parsed = boost::urls::parse_uri(what.url);
    std::string target(parsed->encoded_target());
    if (!target.starts_with('/')) target.insert(0, "/");
    std::string head =
        std::string(to_text(what.method)) + " " + target + " HTTP/1.1\r\nHost: " + to.host_header() + "\r\n";
    if (!what.headers.contains("User-Agent")) head += "User-Agent: boxgate\r\n";
    for (const auto& [name, value] : what.headers) head += name + ": " + value + "\r\n";
    const auto length = body_length(what);
    if (length > 0 || !is_safe(what.method)) head += "Content-Length: " + std::to_string(length) + "\r\n";
    return head + "\r\n";
}

// What one try on one connection came to.
struct attempt {
    attempt() = default;

    std::unique_ptr<response_parser> parser = new_parser();
    std::optional<failure> error;
    bool touched = false;        // some of the request was handed over
    bool request_whole = false;  // all of it was
    bool answered = false;       // some of an answer came back
};

// The request's side of one try.
asio::awaitable<void> send(connection& conn, const origin& to, const request& what, std::string head, attempt& so_far) {
    const auto patience = what.patience.value_or(default_patience);
    std::vector<asio::const_buffer> buffers{asio::buffer(head)};
    if (const auto* text = std::get_if<std::string>(&what.body)) buffers.push_back(asio::buffer(*text));
    auto [error, taken] = co_await conn.write(buffers, patience);
    so_far.touched = taken > 0;
    if (const auto* body = std::get_if<std::shared_ptr<body_source>>(&what.body)) {
        auto remaining = (*body)->length();
        // An early answer ends it: what Box has said stands.
        while (!error && remaining > 0 && !so_far.parser->is_header_done()) {
            const auto piece = co_await (*body)->next();
            if (so_far.parser->is_header_done()) break;
            std::optional<failure> unsound;
            if (piece.has_error()) {
                unsound = piece.error();
            } else if (piece->empty() || piece->size() > remaining) {
                unsound = failure(errc::internal, "the content is not as long as announced");
            }
            if (unsound) {
                so_far.error = *unsound;
                conn.close();
                co_return;
            }
            buffers.assign(1, asio::buffer(piece->data(), piece->size()));
            error = (co_await conn.write(buffers, patience)).first;
            remaining -= piece->size();
        }
        so_far.request_whole = !error && remaining == 0;
    } else {
        so_far.request_whole = !error;
    }
    // A write that fails may have been answered before: the reader knows, and has the last word.
    if (error && !so_far.error && !so_far.parser->is_header_done())
        so_far.error = connection::broken(error, to, "while the request was being sent");
}

// The answer's side: reads until its head is complete, which clears any fault of the sending side.
asio::awaitable<void> receive_head(connection& conn, const origin& to, const request& what, attempt& so_far) {
    while (true) {
        if (conn.buffer().size() > 0) {
            error_code error;
            conn.buffer().consume(so_far.parser->put(conn.buffer().data(), error));
            if (error && error != beast::http::error::need_more) {
                so_far.error = failure(errc::unavailable, to.host + " did not answer in HTTP: " + error.message());
                conn.close();
                co_return;
            }
            if (so_far.parser->is_header_done()) {
                // RFC 9110 section 15.2: interim answers come unasked.
                if (so_far.parser->get().result_int() / 100 != 1) break;
                so_far.parser = new_parser();
                continue;
            }
        }
        const auto [error, n] =
            co_await conn.read_some(conn.buffer().prepare(16 * 1024), what.patience.value_or(default_patience));
        if (error) {
            if (!so_far.error) so_far.error = connection::broken(error, to, "before an answer came");
            conn.close();
            co_return;
        }
        so_far.answered = true;
        conn.buffer().commit(n);
    }
    so_far.error.reset();
    if (!so_far.request_whole) conn.stop_writing();
}

// The answer with its body, or with a stream of it.
asio::awaitable<exchanged> take_answer(std::unique_ptr<connection_pool::lease> from, std::unique_ptr<attempt> outcome,
                                       request what) {
    const origin to = from->to;
    response answer;
    const auto& head = outcome->parser->get();
    answer.status = head.result_int();
    for (const auto& field : head) answer.headers.add(std::string(field.name_string()), std::string(field.value()));
    const bool whole = outcome->request_whole;
    auto body = std::make_unique<incoming_body>(std::move(from), std::move(outcome->parser), whole,
                                                what.patience.value_or(default_patience));
    if (what.stream_response && (answer.status == 200 || answer.status == 206)) {
        answer.stream = std::move(body);
        co_return answer;
    }
    std::vector<std::byte> piece(collected_piece);
    while (true) {
        const auto n = co_await body->read_some(piece);
        if (n.has_error()) {
            // Who refuses a request half-way often cuts the line behind the answer: its status still says it all.
            if (!whole && answer.status >= 400) break;
            co_return transport_error(n.error(), true);
        }
        if (*n == 0) break;
        if (answer.body.size() + *n > collected_limit) {
            co_return transport_error(failure(errc::unavailable, to.host + " sent an answer of more than 16 MiB"),
                                      true);
        }
        answer.body.append(reinterpret_cast<const char*>(piece.data()), *n);
    }
    co_return answer;
}

class beast_transport final : public transport {
public:
    beast_transport(asio::any_io_executor executor, transport_options options)
        : pool_(std::make_shared<connection_pool>(std::move(executor), std::move(options))) {}

    asio::awaitable<exchanged> exchange(request what) override;

private:
    std::shared_ptr<connection_pool> pool_;
};

asio::awaitable<exchanged> beast_transport::exchange(request what) {
    const auto to = origin::of(what.url);
    if (!to) co_return transport_error(failure(errc::internal, "not an http or https address: " + what.url), false);
    const auto* source = std::get_if<std::shared_ptr<body_source>>(&what.body);
    for (bool fresh = false;; fresh = true) {
        auto granted = co_await pool_->acquire(*to, fresh, what.patience.value_or(default_patience));
        if (granted.has_error()) co_return transport_error(granted.error(), false);
        auto& conn = *(*granted)->conn;
        auto outcome = std::make_unique<attempt>();
        auto both = send(conn, *to, what, head_of(what, *to), *outcome) && receive_head(conn, *to, what, *outcome);
        co_await std::move(both);
        if (!outcome->error) {
            co_return co_await take_answer(std::move(*granted), std::move(outcome), std::move(what));
        }
        // The commonest fault of all: the peer closed a kept connection while the request was on its way.
        const bool died_on_the_shelf =
            (*granted)->kept && !outcome->answered && outcome->error->code == errc::unavailable;
        const bool may_repeat = is_safe(what.method) || !outcome->touched;
        if (!died_on_the_shelf || fresh || !may_repeat || (source && !(*source)->rewind())) {
            co_return transport_error(*outcome->error, outcome->touched);
        }
    }
}

}  // namespace

std::unique_ptr<transport> make_beast_transport(asio::any_io_executor executor, transport_options options) {
    return std::make_unique<beast_transport>(std::move(executor), std::move(options));
}

}  // namespace boxgate::box::http
