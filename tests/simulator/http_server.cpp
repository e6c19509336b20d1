#include "tests/simulator/http_server.hpp"

#include "tests/simulator/pace.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include <algorithm>
#include <fcntl.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace box_simulator {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t piece = 256 * 1024;

template <class Stream>
class incoming_body final : public http_body {
public:
    using parser_type = beast::http::request_parser<beast::http::buffer_body>;
    incoming_body(Stream& stream, beast::flat_buffer& buffer, parser_type& parser)
        : stream_(stream), buffer_(buffer), parser_(parser) {}

    std::size_t read(char* into, std::size_t size) override {
        if (parser_.is_done()) return 0;
        auto& body = parser_.get().body();
        body.data = into;
        body.size = size;
        error_code error;
        beast::http::read(stream_, buffer_, parser_, error);
        if (error && error != beast::http::error::need_buffer) throw broken_connection();
        return size - body.size;
    }

private:
    Stream& stream_;
    beast::flat_buffer& buffer_;
    parser_type& parser_;
};

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(tolower(c)); });
    return text;
}

std::string http_date(std::chrono::system_clock::time_point when) {
    const auto seconds = std::chrono::system_clock::to_time_t(when);
    std::tm fields{};
    gmtime_r(&seconds, &fields);
    char text[64];
    strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &fields);
    return text;
}

// Sends the body; the number of bytes that went out.
template <class Stream>
std::uint64_t send_body(Stream& stream, const http_response& answer) {
    const auto limit = answer.cut_after.value_or(~std::uint64_t{0});
    error_code error;
    if (!answer.content) {
        const auto n = std::min<std::uint64_t>(answer.body.size(), limit);
        asio::write(stream, asio::buffer(answer.body.data(), static_cast<std::size_t>(n)), error);
        if (error || n < answer.body.size()) throw broken_connection();
        return n;
    }
    const int file = ::open(answer.content->file.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) throw broken_connection();
    std::vector<char> buffer(piece);
    std::uint64_t done = 0;
    const auto length = std::min(answer.content->length, limit);
    pace speed(answer.bytes_per_second);
    while (done < length) {
        const auto wish = static_cast<std::size_t>(std::min<std::uint64_t>(piece, length - done));
        const auto n =
            ::pread(file, buffer.data(), speed.piece(wish), static_cast<off_t>(answer.content->offset + done));
        if (n <= 0) break;
        if (answer.damage && done == 0) buffer[0] = static_cast<char>(buffer[0] ^ 1);
        asio::write(stream, asio::buffer(buffer.data(), static_cast<std::size_t>(n)), error);
        if (error) break;
        done += static_cast<std::uint64_t>(n);
        speed.moved(static_cast<std::size_t>(n));
    }
    ::close(file);
    if (answer.sent) answer.sent(done);
    if (done < answer.content->length) throw broken_connection();
    return done;
}

}  // namespace

std::string http_body::read_all(std::size_t limit) {
    std::string all;
    std::vector<char> buffer(16 * 1024);
    while (const auto n = read(buffer.data(), buffer.size())) {
        all.append(buffer.data(), n);
        if (all.size() > limit) throw broken_connection();
    }
    return all;
}

std::string url_decoded(const std::string& text, bool plus_is_space) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && isxdigit(static_cast<unsigned char>(text[i + 1])) &&
            isxdigit(static_cast<unsigned char>(text[i + 2]))) {
            plain += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
            i += 2;
        } else {
            plain += plus_is_space && text[i] == '+' ? ' ' : text[i];
        }
    }
    return plain;
}

std::map<std::string, std::string> parse_form(const std::string& text) {
    std::map<std::string, std::string> fields;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('&', begin), text.size());
        const auto pair = text.substr(begin, end - begin);
        const auto equals = std::min(pair.find('='), pair.size());
        const auto value = equals < pair.size() ? pair.substr(equals + 1) : std::string();
        fields[url_decoded(pair.substr(0, equals), true)] = url_decoded(value, true);
        begin = end + 1;
    }
    return fields;
}

tcp::endpoint parse_endpoint(const std::string& address) {
    const auto colon = address.rfind(':');
    if (colon == std::string::npos) throw std::runtime_error("'" + address + "' is not ADDRESS:PORT");
    auto host = address.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    return tcp::endpoint(asio::ip::make_address(host),
                         static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
}

http_server::http_server(const std::string& address, std::shared_ptr<asio::ssl::context> tls, http_handler handler,
                         std::function<std::chrono::system_clock::time_point()> date)
    : acceptor_(context_, parse_endpoint(address)),
      port_(acceptor_.local_endpoint().port()),
      tls_(std::move(tls)),
      handler_(std::move(handler)),
      date_(std::move(date)) {}

http_server::~http_server() {
    stop();
}

void http_server::start() {
    acceptor_thread_ = std::thread([this] { accept_all(); });
}

void http_server::stop() {
    if (stopping_.exchange(true)) return;
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    if (acceptor_thread_.joinable()) acceptor_thread_.join();
    {
        const std::lock_guard lock(mutex_);
        for (const auto& weak : sockets_) {
            if (const auto socket = weak.lock()) ::shutdown(socket->native_handle(), SHUT_RDWR);
        }
    }
    for (auto& [thread, ended] : threads_) thread.join();
    threads_.clear();
}

void http_server::expect_from_proxy(std::uint16_t local_port) {
    const std::lock_guard lock(mutex_);
    proxied_ports_.insert(local_port);
}

void http_server::forget_proxied(std::uint16_t local_port) {
    const std::lock_guard lock(mutex_);
    proxied_ports_.erase(local_port);
}

void http_server::accept_all() {
    for (std::uint64_t number = 1; !stopping_; ++number) {
        auto socket = std::make_shared<tcp::socket>(context_);
        error_code error;
        acceptor_.accept(*socket, error);
        if (stopping_) return;
        if (error) continue;
        socket->set_option(tcp::no_delay(true), error);
        const std::lock_guard lock(mutex_);
        sockets_.remove_if([](const auto& weak) { return weak.expired(); });
        sockets_.push_back(socket);
        for (auto at = threads_.begin(); at != threads_.end();) {
            if (*at->second) {
                at->first.join();
                at = threads_.erase(at);
            } else {
                ++at;
            }
        }
        auto ended = std::make_shared<std::atomic<bool>>(false);
        threads_.emplace_back(std::thread([this, socket = std::move(socket), number, ended]() mutable {
                                  serve(std::move(socket), number);
                                  *ended = true;
                              }),
                              ended);
    }
}

void http_server::serve(std::shared_ptr<tcp::socket> socket, std::uint64_t number) {
    bool proxied = false;
    error_code error;
    const auto peer = socket->remote_endpoint(error);
    if (!error) {
        const std::lock_guard lock(mutex_);
        proxied = proxied_ports_.contains(peer.port());
    }
    try {
        if (tls_) {
            asio::ssl::stream<tcp::socket&> stream(*socket, *tls_);
            stream.handshake(asio::ssl::stream_base::server, error);
            if (!error) serve_stream(stream, number, proxied);
            // An orderly end, so that the peer sees no truncation; a reset when it was to be broken.
            if (!error && socket->is_open()) stream.shutdown(error);
        } else {
            serve_stream(*socket, number, proxied);
        }
    } catch (const broken_connection&) {
        const linger hard{1, 0};
        ::setsockopt(socket->native_handle(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    } catch (const boost::system::system_error&) {
        // The peer is gone.
    }
    const std::lock_guard lock(mutex_);
    socket->close(error);
}

template <class Stream>
void http_server::serve_stream(Stream& stream, std::uint64_t number, bool proxied) {
    beast::flat_buffer buffer(1024 * 1024);
    buffer.reserve(piece);
    while (!stopping_) {
        beast::http::request_parser<beast::http::buffer_body> parser;
        parser.body_limit(boost::none);
        parser.header_limit(64 * 1024);
        error_code error;
        beast::http::read_header(stream, buffer, parser, error);
        if (error) return;
        const auto& head = parser.get();
        http_request request;
        request.method = std::string(head.method_string());
        request.target = std::string(head.target());
        const auto question = std::min(request.target.find('?'), request.target.size());
        request.path = url_decoded(request.target.substr(0, question));
        if (question < request.target.size()) request.query = parse_form(request.target.substr(question + 1));
        for (const auto& field : head) {
            request.headers[lower(std::string(field.name_string()))] = std::string(field.value());
        }
        request.scheme_and_host = (tls_ ? "https://" : "http://") + request.header("host");
        request.connection = number;
        request.through_proxy = proxied;

        if (lower(request.header("expect")) == "100-continue") {
            asio::write(stream, asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")), error);
        }
        incoming_body<Stream> body(stream, buffer, parser);
        const auto answer = handler_(request, body);
        // What the handler did not want to read is taken off the line, or closing would destroy the answer on its way.
        std::vector<char> unread(64 * 1024);
        while (!answer.close && body.read(unread.data(), unread.size()) > 0) {
        }
        const bool keep = parser.is_done() && parser.keep_alive() && !answer.close;
        const auto length = answer.content ? answer.content->length : answer.body.size();
        std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " " +
                           std::string(beast::http::obsolete_reason(
                               beast::http::int_to_status(static_cast<unsigned>(answer.status)))) +
                           "\r\nDate: " + http_date(date_()) + "\r\n";
        for (const auto& [name, value] : answer.headers) text += name + ": " + value + "\r\n";
        if (answer.status != 204 && answer.status != 304) text += "Content-Length: " + std::to_string(length) + "\r\n";
        text += keep ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
        // A small answer goes out in one piece with its head.
        if (!answer.content && !answer.cut_after) {
            text += answer.body;
            asio::write(stream, asio::buffer(text), error);
            if (error) return;
        } else {
            asio::write(stream, asio::buffer(text), error);
            if (error) return;
            send_body(stream, answer);
        }
        if (!keep) return;
    }
}

}  // namespace box_simulator
