#include "tests/integration/gateway_lab.hpp"

#include "auth/password_hash.hpp"
#include "conf/settings/settings_yaml.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace boxgate::testing {

namespace asio = boost::asio;

gateway_lab::gateway_lab(const gateway_lab_options& options)
    : log_(runtime::log_format::json, runtime::log_level::debug, [this](std::string_view line) {
          const std::lock_guard lock(log_mutex_);
          log_lines_ += line;
      }) {
    box_simulator::init(home_ / "box");
    box_simulator::simulator_options box;
    box.directory = home_ / "box";
    box.tls = true;
    box.ca_out = home_ / "box-ca.pem";
    box_.emplace(box);
    box_->start();

    const auto certificate = authority_.issue({"localhost", "127.0.0.1"});
    home_.write("ftp.pem", certificate.certificate);
    home_.write("ftp.key", certificate.private_key);
    home_.write("gateway.yaml",
                "users: users.yaml\n"
                "box: { api_url: '" +
                    box_->url() + "', upload_url: '" + box_->url() +
                    "', ca_file: box-ca.pem }\n"
                    "ftp:\n"
                    "  listen: ['127.0.0.1:0', '[::1]:0']\n"
                    "  tls: { mode: " +
                    options.mode + ", certificate: ftp.pem, private_key: ftp.key, implicit_listen: 127.0.0.1:0" +
                    options.tls + " }\n" + options.ftp +
                    "sftp: { listen: '127.0.0.1:0', host_keys: [host_ed25519] }\n"
                    "spool: { directory: spool }\n" +
                    options.top);
    std::filesystem::create_directory(home_ / "spool");
    std::string users =
        "users:\n"
        "  ann:\n"
        "    password: 'PASSWORD'\n"
        "    jwt_config: box/jwt_config.json\n"
        "    box_user: alice@example.com\n" +
        options.ann + options.users;
    const auto hash = auth::hash_password(conf::secret("secret"));
    for (std::size_t at; (at = users.find("PASSWORD")) != std::string::npos;) users.replace(at, 8, hash);
    home_.write("users.yaml", users);
    auto settings = conf::load(home_ / "gateway.yaml");
    for (const auto& fault : settings.faults) throw std::runtime_error(conf::to_string(fault));
    gate_.emplace(context_, std::move(settings.gateway), std::move(settings.users), log_, counts_);
    gate_->start();
    thread_ = std::thread([this] { context_.run(); });
}

gateway_lab::~gateway_lab() {
    asio::co_spawn(context_, gate_->drain(), asio::use_future).get();
    work_.reset();
    context_.stop();
    thread_.join();
    gate_.reset();
    box_->stop();
}

std::optional<std::string> gateway_lab::stored(const std::string& path) const {
    std::ifstream in((home_ / "box" / "root" / "alice@example.com").string() + path, std::ios::binary);
    if (!in) return std::nullopt;
    std::stringstream content;
    content << in.rdbuf();
    return content.str();
}

std::string gateway_lab::held() {
    const auto now = gate_->in_use();
    std::string words;
    const auto tell = [&](const char* what, std::uint64_t count) {
        if (count > 0) words += std::string(words.empty() ? "" : ", ") + std::to_string(count) + " " + what;
    };
    tell("sessions", now.sessions);
    tell("open handles", now.open_handles);
    tell("passive ports", now.passive_ports);
    tell("blocks", now.transfer_blocks);
    tell("bytes in the spool", now.spool_bytes);
    tell("upload sessions", now.upload_sessions);
    tell("tasks", now.settling_tasks);
    tell("upload sessions at Box", box_->uploads().open());
    return words;
}

std::string gateway_lab::held_in_the_end(std::chrono::seconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (true) {
        auto words = held();
        if (words.empty() || std::chrono::steady_clock::now() > deadline) return words;
        std::this_thread::yield();
    }
}

std::string gateway_lab::log_text() const {
    const std::lock_guard lock(log_mutex_);
    return log_lines_;
}

gateway_lab& lab() {
    static gateway_lab one;
    return one;
}

}  // namespace boxgate::testing
