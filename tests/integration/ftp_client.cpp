#include "tests/integration/ftp_client.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/write.hpp>

#include <cstdio>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <utility>

namespace boxgate::testing {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// A blocking socket of Asio's waits without end unless the kernel is told otherwise.
void bound_waits(tcp::socket& socket) {
    const timeval patience{20, 0};
    ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

// Where a context of ours keeps its client; Asio has taken the place that is for applications.
int own_index() {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

}  // namespace

ftp_client::ftp_client(std::uint16_t port, std::optional<std::string> trust, const std::string& address)
    : server_(asio::ip::make_address(address), port) {
    if (!trust) return;
    secure_ = true;
    tls_.set_verify_mode(asio::ssl::verify_peer);
    tls_.add_certificate_authority(asio::buffer(*trust));
    // Under TLS 1.3 sessions come after the handshake, each to this.
    auto* const handle = tls_.native_handle();
    SSL_CTX_set_ex_data(handle, own_index(), this);
    SSL_CTX_set_session_cache_mode(handle, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(handle, [](SSL* connection, SSL_SESSION* got) {
        auto* const self = static_cast<ftp_client*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), own_index()));
        SSL_SESSION_free(std::exchange(self->session_, got));
        ++self->sessions_got_;
        return 1;
    });
}

ftp_client::~ftp_client() {
    SSL_SESSION_free(session_);
}

void ftp_client::only_tls_1_2() {
    SSL_CTX_set_max_proto_version(tls_.native_handle(), TLS1_2_VERSION);
}

void ftp_client::open() {
    control_.connect(server_);
    bound_waits(control_);
}

void ftp_client::connect() {
    open();
    reply("220");
}

void ftp_client::connect_implicit() {
    open();
    control_tls_ = std::make_unique<tls_stream>(control_, tls_);
    control_tls_->handshake(asio::ssl::stream_base::client);
    reply("220");
}

void ftp_client::send_line(const std::string& line) {
    const auto text = line + "\r\n";
    if (control_tls_)
        asio::write(*control_tls_, asio::buffer(text));
    else
        asio::write(control_, asio::buffer(text));
}

void ftp_client::send_raw(std::string_view bytes, int flags) {
    control_.send(asio::buffer(bytes), flags);
}

std::string ftp_client::reply(std::string_view expected) {
    const auto text = whole_reply(expected);
    const auto last = text.rfind("\r\n");
    return last == std::string::npos ? text : text.substr(last + 2);
}

void ftp_client::wait_for(std::string_view text) {
    while (unread_.find(text) == std::string::npos) read_more();
}

void ftp_client::read_more() {
    char piece[1024];
    const auto n =
        control_tls_ ? control_tls_->read_some(asio::buffer(piece)) : control_.read_some(asio::buffer(piece));
    unread_.append(piece, n);
}

std::string ftp_client::whole_reply(std::string_view expected) {
    while (true) {
        // The last line of a reply has a space behind its code.
        for (std::size_t begin = 0, end; (end = unread_.find("\r\n", begin)) != std::string::npos; begin = end + 2) {
            const bool last =
                end - begin >= 4 && unread_[begin + 3] == ' ' && unread_[begin] >= '1' && unread_[begin] <= '5';
            if (!last) continue;
            const auto text = unread_.substr(0, end);
            unread_.erase(0, end + 2);
            if (!std::string_view(text).substr(begin).starts_with(expected))
                throw std::runtime_error("expected " + std::string(expected) + ", got " + text);
            return text;
        }
        read_more();
    }
}

std::string ftp_client::command(const std::string& line, std::string_view expected) {
    send_line(line);
    return reply(expected);
}

void ftp_client::start_tls() {
    command("AUTH TLS", "234");
    continue_tls();
    command("PBSZ 0", "200");
    command("PROT P", "200");
}

void ftp_client::continue_tls() {
    control_tls_ = std::make_unique<tls_stream>(control_, tls_);
    control_tls_->handshake(asio::ssl::stream_base::client);
}

void ftp_client::log_in(const std::string& login) {
    command("USER " + login, "331");
    command("PASS secret", "230");
}

void ftp_client::passive() {
    const auto line = command("PASV", "227");
    unsigned high = 0;
    unsigned low = 0;
    const auto at = line.find('(');
    if (at == std::string::npos || std::sscanf(line.c_str() + at, "(%*u,%*u,%*u,%*u,%u,%u)", &high, &low) != 2) {
        throw std::runtime_error("no port in " + line);
    }
    data_port_ = static_cast<std::uint16_t>(high * 256 + low);
}

void ftp_client::extended_passive() {
    const auto line = command("EPSV", "229");
    unsigned port = 0;
    const auto at = line.find("(|||");
    if (at == std::string::npos || std::sscanf(line.c_str() + at, "(|||%u|)", &port) != 1) {
        throw std::runtime_error("no port in " + line);
    }
    data_port_ = static_cast<std::uint16_t>(port);
}

void ftp_client::connect_data() {
    data_tls_.reset();
    data_ = tcp::socket(context_);
    data_.connect({server_.address(), data_port_});
    bound_waits(data_);
}

void ftp_client::active(bool extended) {
    acceptor_.emplace(context_, tcp::endpoint(server_.address(), 0));
    const auto port = acceptor_->local_endpoint().port();
    if (extended) {
        const std::string protocol = server_.address().is_v4() ? "1" : "2";
        command("EPRT |" + protocol + "|" + server_.address().to_string() + "|" + std::to_string(port) + "|", "200");
    } else {
        command("PORT 127,0,0,1," + std::to_string(port / 256) + "," + std::to_string(port % 256), "200");
    }
}

void ftp_client::accept_data() {
    data_tls_.reset();
    data_ = acceptor_->accept();
    bound_waits(data_);
}

bool ftp_client::data_is_resumed() const {
    return data_tls_ && SSL_session_reused(data_tls_->native_handle()) == 1;
}

void ftp_client::secure_data(SSL_SESSION* resume) {
    if (!secure_) return;
    data_tls_ = std::make_unique<tls_stream>(data_, tls_);
    if (resume) {
        // Under TLS 1.3 OpenSSL uses a session once: a copy of it, here.
        auto* const copy = SSL_SESSION_dup(resume);
        SSL_set_session(data_tls_->native_handle(), copy);
        SSL_SESSION_free(copy);
    }
    data_tls_->handshake(asio::ssl::stream_base::client);
}

void ftp_client::send_data(std::string_view bytes) {
    if (data_tls_)
        asio::write(*data_tls_, asio::buffer(bytes));
    else
        asio::write(data_, asio::buffer(bytes));
}

std::string ftp_client::read_data() {
    std::string all;
    std::string piece(64 * 1024, '\0');
    while (true) {
        boost::system::error_code error;
        const auto n =
            data_tls_ ? data_tls_->read_some(asio::buffer(piece), error) : data_.read_some(asio::buffer(piece), error);
        all.append(piece, 0, n);
        if (error == asio::error::eof) return all;
        if (error) throw boost::system::system_error(error, "reading data");
    }
}

void ftp_client::finish_data() {
    boost::system::error_code ignored;
    if (data_tls_) data_tls_->shutdown(ignored);
    data_.shutdown(tcp::socket::shutdown_both, ignored);
    data_.close(ignored);
    data_tls_.reset();
}

void ftp_client::close_data_without_notify() {
    boost::system::error_code ignored;
    data_.shutdown(tcp::socket::shutdown_send, ignored);
    data_.close(ignored);
    data_tls_.reset();
}

void ftp_client::lose(loss how) {
    for (auto* socket : {&control_, &data_}) {
        boost::system::error_code ignored;
        if (!socket->is_open()) continue;
        if (how == loss::reset) socket->set_option(asio::socket_base::linger(true, 0), ignored);
        socket->close(ignored);
    }
}

}  // namespace boxgate::testing
