#include "conf/settings/validate.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <utility>

namespace boxgate::conf {

namespace {

class rules {
public:
    rules(const gateway_settings& settings, const std::filesystem::path& file, const key_positions& positions)
        : settings_(settings), file_(file.string()), positions_(positions) {}

    std::vector<fault> all() && {
        sources();
        listeners();
        passive();
        tls();
        sftp();
        return std::move(faults_);
    }

private:
    void report(const std::string& key, std::string text) {
        faults_.push_back({file_, positions_.of(key), std::move(text)});
    }
    bool given(const std::string& key) const { return positions_.given(key); }

    void sources() {
        // A value that was given and is bad has been reported already.
        if (settings_.users.empty() && !given("users")) report("users", "users is missing: the path of the user table");
    }

    void listeners() {
        const bool any = !settings_.ftp.listen.empty() || !settings_.ftp.tls.implicit_listen.empty() ||
                         !settings_.sftp.listen.empty();
        const bool tried = given("ftp.listen") || given("ftp.tls.implicit_listen") || given("sftp.listen");
        if (!any && !tried) {
            report("ftp", "nothing listens: give ftp.listen or sftp.listen, such as 0.0.0.0:2121");
        }
        take("ftp.listen", settings_.ftp.listen);
        take("ftp.tls.implicit_listen", settings_.ftp.tls.implicit_listen);
        take("sftp.listen", settings_.sftp.listen);
        take("monitoring.listen", settings_.monitoring.listen);
    }

    // [::] leaves IPv4 to whoever else is listed for it.
    void take(const std::string& key, const std::vector<endpoint>& all) {
        for (const auto& one : all) {
            const auto address = boost::asio::ip::make_address(one.address);
            const auto name = one.address + " port " + std::to_string(one.port);
            for (const auto& [other, port] : taken_) {
                if (one.port == 0 || port != one.port || other.is_v4() != address.is_v4()) continue;
                if (other == address) {
                    report(key, key + ": " + name + " is listed twice");
                } else if (other.is_unspecified() || address.is_unspecified()) {
                    report(key, key + ": " + name + " and " + other.to_string() + " of the same port are one");
                }
            }
            taken_.emplace_back(address, one.port);
        }
    }

    void passive() {
        const auto& ftp = settings_.ftp;
        const auto first = ftp.passive_ports.first;
        const auto last = ftp.passive_ports.last;
        if (first > last) {
            report("ftp.passive_ports", "ftp.passive_ports ends before it begins; the lower port comes first");
        } else if (first == 0 && last != 0) {
            report("ftp.passive_ports", "ftp.passive_ports must begin above 0; 0 alone lets the kernel choose");
        }
        for (const auto* const listen : {&ftp.listen, &ftp.tls.implicit_listen, &settings_.sftp.listen}) {
            const auto inside = [&](const endpoint& one) { return one.port >= first && one.port <= last; };
            if (first != 0 && std::any_of(listen->begin(), listen->end(), inside)) {
                report("ftp.passive_ports", "ftp.passive_ports holds a port that is listened on for logins");
            }
        }
        if (!ftp.passive_address.empty()) advertised("ftp.passive_address", ftp.passive_address);
        for (const auto& one : ftp.passive_address_for) {
            if (one.address != "own") advertised("ftp.passive_address_for", one.address);
        }
    }

    // What looks like an address must be a usable one; anything else is taken for a DNS name.
    void advertised(const std::string& key, const std::string& text) {
        boost::system::error_code error;
        const auto address = boost::asio::ip::make_address(text, error);
        const bool is_name = error && text.find_first_not_of("0123456789.") != std::string::npos &&
                             text.find_first_of(" :/,") == std::string::npos;
        if (is_name) return;
        if (error || !address.is_v4() || address.is_unspecified() || address.is_multicast()) {
            report(key, key +
                            " must be the IPv4 address that clients reach this machine by, such as 192.0.2.10, or a "
                            "DNS name of it (IPv6 clients do not need it)");
        }
    }

    void tls() {
        const auto& tls = settings_.ftp.tls;
        const bool certificate = !tls.certificate.empty() || given("ftp.tls.certificate");
        const bool key = !tls.private_key.empty() || given("ftp.tls.private_key");
        const bool any = !settings_.ftp.listen.empty() || !tls.implicit_listen.empty();
        if (certificate != key) {
            report("ftp.tls", certificate ? "ftp.tls.private_key is missing beside the certificate"
                                          : "ftp.tls.certificate is missing beside the private key");
        } else if (any && tls.mode != tls_mode::off && !certificate) {
            report("ftp.tls",
                   "FTP is served with TLS unless told otherwise: give ftp.tls.certificate and "
                   "ftp.tls.private_key, or write ftp.tls.mode: off for plain FTP");
        } else if (!tls.implicit_listen.empty() && tls.mode == tls_mode::off) {
            report("ftp.tls.implicit_listen", "ftp.tls.implicit_listen cannot go with ftp.tls.mode: off");
        }
    }

    void sftp() {
        if (!settings_.sftp.listen.empty() && settings_.sftp.host_keys.empty() && !given("sftp.host_keys")) {
            report("sftp.listen",
                   "sftp.host_keys is missing: the path of at least one; it is made if the file is missing");
        }
    }

    const gateway_settings& settings_;
    std::string file_;
    const key_positions& positions_;
    std::vector<fault> faults_;
    std::vector<std::pair<boost::asio::ip::address, std::uint16_t>> taken_;
};

}  // namespace

std::vector<fault> validate(const gateway_settings& settings, const std::filesystem::path& file,
                            const key_positions& positions) {
    return rules(settings, file, positions).all();
}

}  // namespace boxgate::conf
