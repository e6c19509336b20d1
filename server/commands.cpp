#include "server/commands.hpp"

#include "auth/password_hash.hpp"
#include "conf/settings/authorized_key.hpp"
#include "conf/settings/settings_yaml.hpp"
#include "server/online_check.hpp"
#include "server/settings_report.hpp"
#include "server/terminal.hpp"
#include "server/warnings.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <iostream>
#include <optional>

namespace boxgate::server {

namespace {

constexpr std::chrono::seconds health_patience{15};

std::optional<std::string> new_hash() {
    auto password = read_password("Password: ");
    if (!password || password->empty()) {
        std::cerr << "boxgate: no password was given\n";
        return std::nullopt;
    }
    if (input_is_terminal() && read_password("Again: ") != password) {
        std::cerr << "boxgate: the two are not the same\n";
        return std::nullopt;
    }
    if (password->size() > auth::crypt_hasher::max_length) {
        std::cerr << "boxgate: longer than " << auth::crypt_hasher::max_length << " bytes\n";
        return std::nullopt;
    }
    return auth::hash_password(conf::secret(std::move(*password)));
}

// Single quotes take everything but themselves as it is.
std::string yaml_text(const std::string& text) {
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
    return quoted + "'";
}

}  // namespace

int check(const std::string& config, bool online) {
    const auto settings = load_settings(config);
    if (!settings) return exit_bad_settings;
    const auto found = warnings_of(*settings, config);
    for (const auto& one : found) std::cout << "warning: " << one << '\n';
    if (const auto refused = refusal_of(*settings); !refused.empty()) {
        std::cerr << config << ": " << refused << '\n';
        return exit_bad_settings;
    }
    const auto count = settings->users.users.size();
    std::cout << config << " and its users: no faults, " << found.size()
              << (found.size() == 1 ? " warning, " : " warnings, ") << count << (count == 1 ? " user\n" : " users\n");
    if (!online) return exit_ok;
    return check_online(*settings, std::cout) ? exit_ok : exit_failed;
}

int hash_password() {
    const auto hash = new_hash();
    if (!hash) return exit_failed;
    std::cout << *hash << '\n';
    return exit_ok;
}

int user_add(const user_add_arguments& arguments) {
    std::string credentials;
    if (!arguments.public_key_file.empty()) {
        auto line = conf::read_text_file(arguments.public_key_file);
        if (line.has_error()) {
            std::cerr << "boxgate: " << line.error().text << '\n';
            return exit_failed;
        }
        while (line->ends_with('\n') || line->ends_with('\r')) line->pop_back();
        if (const auto key = conf::parse_authorized_key(*line); key.has_error()) {
            std::cerr << "boxgate: " << arguments.public_key_file << ": " << key.error().text << '\n';
            return exit_failed;
        }
        credentials = "    public_keys: " + yaml_text(*line) + "\n";
    } else {
        const auto hash = new_hash();
        if (!hash) return exit_failed;
        credentials = "    password: " + yaml_text(*hash) + "\n";
    }
    std::cerr << "Paste these lines below `users:` in the users file; boxgate takes them over at once.\n";
    std::cout << "  " << yaml_text(arguments.login) << ":\n" << credentials;
    const auto line = [](const char* key, const std::string& value) {
        if (!value.empty()) std::cout << "    " << key << ": " << yaml_text(value) << '\n';
    };
    line("group", arguments.group);
    line("box_app", arguments.box_app);
    line("box_user", arguments.box_user);
    line("root", arguments.root);
    return exit_ok;
}

int health(const std::string& config, bool ready) {
    namespace asio = boost::asio;
    using asio::ip::tcp;
    std::vector<conf::fault> faults;
    const auto text = conf::read_text_file(config);
    if (text.has_error()) {
        std::cerr << "boxgate: " << text.error().text << '\n';
        return exit_failed;
    }
    const auto settings = conf::read_gateway(*text, config, conf::read_text_file, faults, nullptr);
    if (settings.monitoring.listen.empty()) {
        std::cerr << "boxgate: " << config << " has no monitoring.listen to ask at\n";
        return exit_failed;
    }
    const auto& where = settings.monitoring.listen.front();
    auto address = asio::ip::make_address(where.address);
    if (address.is_unspecified()) {
        address = address.is_v4() ? asio::ip::address(asio::ip::address_v4::loopback())
                                  : asio::ip::address(asio::ip::address_v6::loopback());
    }
    asio::io_context context;
    tcp::socket socket(context);
    boost::system::error_code error = asio::error::timed_out;
    socket.async_connect(tcp::endpoint(address, where.port), [&error](boost::system::error_code how) { error = how; });
    context.run_for(health_patience);
    if (error) {
        std::cerr << "boxgate: nobody answers at " << address.to_string() << " port " << where.port << ": "
                  << error.message() << '\n';
        return exit_failed;
    }
    const std::string request = std::string("GET ") + (ready ? "/readyz" : "/healthz") + " HTTP/1.1\r\n\r\n";
    asio::write(socket, asio::buffer(request), error);
    std::string answer;
    asio::async_read(socket, asio::dynamic_buffer(answer, 64 * 1024), [](boost::system::error_code, std::size_t) {});
    context.restart();
    context.run_for(health_patience);
    const auto body = answer.find("\r\n\r\n");
    if (body == std::string::npos) {
        std::cerr << "boxgate: no answer in time\n";
        return exit_failed;
    }
    const bool good = answer.starts_with("HTTP/1.1 200 ");
    (good ? std::cout : std::cerr) << answer.substr(body + 4);
    return good ? exit_ok : exit_failed;
}

}  // namespace boxgate::server
