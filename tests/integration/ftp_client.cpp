#include "tests/integration/ftp_client.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/write.hpp>

#include <cstdio>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>

namespace boxgate::testing {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

tcp::endpoint local(std::uint16_t port) {
    return {asio::ip::make_address("127.0.0.1"), port};
}

// A blocking socket of Asio's waits without end unless the kernel is told otherwise.
void bound_waits(tcp::socket& socket) {
    const timeval patience{20, 0};
    ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

}  // namespace

ftp_client::ftp_client(std::uint16_t port, std::optional<std::string> trust) : port_(port) {
    if (!trust) return;
    secure_ = true;
    tls_.set_verify_mode(asio::ssl::verify_peer);
    tls_.add_certificate_authority(asio::buffer(*trust));
}

void ftp_client::connect() {
    control_.connect(local(port_));
    bound_waits(control_);
    reply("220");
}

void ftp_client::send_line(const std::string& line) {
    const auto text = line + "\r\n";
    if (control_tls_)
        asio::write(*control_tls_, asio::buffer(text));
    else
        asio::write(control_, asio::buffer(text));
}

std::string ftp_client::reply(std::string_view expected) {
    while (true) {
        // The last line of a reply has a space behind its code.
        for (std::size_t begin = 0, end; (end = unread_.find("\r\n", begin)) != std::string::npos; begin = end + 2) {
            const bool last =
                end - begin >= 4 && unread_[begin + 3] == ' ' && unread_[begin] >= '1' && unread_[begin] <= '5';
            if (!last) continue;
            const auto line = unread_.substr(begin, end - begin);
            unread_.erase(0, end + 2);
            if (!line.starts_with(expected))
                throw std::runtime_error("expected " + std::string(expected) + ", got " + line);
            return line;
        }
        char piece[1024];
        const auto n =
            control_tls_ ? control_tls_->read_some(asio::buffer(piece)) : control_.read_some(asio::buffer(piece));
        unread_.append(piece, n);
    }
}

std::string ftp_client::command(const std::string& line, std::string_view expected) {
    send_line(line);
    return reply(expected);
}

void ftp_client::start_tls() {
    command("AUTH TLS", "234");
    control_tls_ = std::make_unique<tls_stream>(control_, tls_);
    control_tls_->handshake(asio::ssl::stream_base::client);
    command("PBSZ 0", "200");
    command("PROT P", "200");
}

void ftp_client::log_in() {
    command("USER ann", "331");
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

void ftp_client::connect_data() {
    data_tls_.reset();
    data_ = tcp::socket(context_);
    data_.connect(local(data_port_));
    bound_waits(data_);
}

void ftp_client::secure_data() {
    if (!secure_) return;
    data_tls_ = std::make_unique<tls_stream>(data_, tls_);
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

void ftp_client::lose(loss how) {
    for (auto* socket : {&control_, &data_}) {
        boost::system::error_code ignored;
        if (!socket->is_open()) continue;
        if (how == loss::reset) socket->set_option(asio::socket_base::linger(true, 0), ignored);
        socket->close(ignored);
    }
}

}  // namespace boxgate::testing
