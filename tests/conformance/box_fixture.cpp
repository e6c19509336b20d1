#include "tests/conformance/box_fixture.hpp"

#include "box/http/beast_transport.hpp"
#include "tests/support/run_coro.hpp"

#include <boost/json/parse.hpp>

#include <cstdio>
#include <fstream>
#include <sstream>

namespace boxgate::testing {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

std::string content_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream content;
    content << in.rdbuf();
    return std::move(content).str();
}

// An enterprise for one case: keys take long to make, so all cases of the program share theirs.
void make_enterprise(const std::filesystem::path& directory) {
    static const temp_dir pattern;
    static const bool made = [] {
        box_simulator::init(pattern.path());
        return true;
    }();
    if (made) std::filesystem::copy(pattern.path(), directory, std::filesystem::copy_options::recursive);
}

std::shared_ptr<const conf::box_app> app_of(const std::filesystem::path& jwt_config) {
    const auto config = json::parse(content_of(jwt_config));
    const auto& settings = config.at("boxAppSettings");
    const auto& auth = settings.at("appAuth");
    const auto text = [](const json::value& value) { return std::string(value.as_string()); };
    auto app = std::make_shared<conf::box_app>();
    app->client_id = text(settings.at("clientID"));
    app->client_secret = conf::secret(text(settings.at("clientSecret")));
    app->enterprise_id = text(config.at("enterpriseID"));
    app->public_key_id = text(auth.at("publicKeyID"));
    app->private_key = conf::secret(text(auth.at("privateKey")));
    app->private_key_passphrase = conf::secret(text(auth.at("passphrase")));
    return app;
}

}  // namespace

box_fixture::box_fixture(const adjustment& adjust, std::size_t memory)
    : log_(runtime::log_format::human, runtime::log_level::debug,
           [](std::string_view line) {
               if (std::getenv("BOXGATE_TEST_LOG")) std::fprintf(stderr, "%.*s", int(line.size()), line.data());
           }),
      blocks_(storage::block_pool::create(memory)) {
    std::filesystem::create_directory(home_ / "spool");
    make_enterprise(home_ / "box");
    box_simulator::simulator_options options;
    options.directory = home_ / "box";
    simulator_.emplace(options);
    simulator_->start();

    box::options settings;
    settings.api_url = settings.upload_url = simulator_->url();
    settings.spool.directory = home_ / "spool";
    settings.direct_upload_limit = direct_limit;
    if (adjust) adjust(settings);
    simulator_->uploads().minimum_size = direct_limit;
    simulator_->uploads().part_size = part_size;
    std::map<std::string, box::engine::source> identities;
    identities.emplace("alice", box::engine::source(app_of(home_ / "box" / "jwt_config.json"), login));
    const auto tls = box::http::make_client_tls({});
    const auto transport = [tls](asio::any_io_executor executor) {
        box::http::transport_options with;
        with.tls = tls;
        return box::http::make_beast_transport(std::move(executor), with);
    };
    control_thread_ = std::thread([this] { control_.run(); });
    engine_.emplace(settings, std::move(identities), control_.get_executor(), disk_, clock_, log_, transport);
    provider_ = engine_->make_provider(context_.get_executor(), blocks_);
}

box_fixture::~box_fixture() {
    provider_.reset();
    context_.restart();
    context_.poll();
    disk_.join();
    control_work_.reset();
    control_.stop();
    control_thread_.join();
    engine_.reset();
    simulator_->stop();
}

std::unique_ptr<storage::filesystem> box_fixture::open(bool refuse_case_clash) {
    storage::mount what("alice", "/", false, refuse_case_clash);
    storage::call_context who("1", "alice", "127.0.0.1", "sftp");
    return std::move(run_coro(context_, provider_->open(std::move(what), std::move(who))).value());
}

std::optional<std::string> box_fixture::stored(std::string_view path) {
    auto file = home_ / "box" / "root" / login;
    file += path;
    if (!std::filesystem::is_regular_file(file)) return std::nullopt;
    return content_of(file);
}

void box_fixture::seed_files(std::string_view directory, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        char name[32];
        std::snprintf(name, sizeof name, "/file %04zu.txt", i);
        simulator_->items().seed(user_id, std::string(directory) + name, name);
    }
}

void box_fixture::refuse_next_store() {
    box_simulator::fault refusal;
    refusal.match = "POST /files*content";
    refusal.status = 403;
    refusal.body = R"({"type":"error","status":403,"code":"access_denied_insufficient_permissions",)"
                   R"("message":"Access denied - insufficient permission"})";
    simulator_->trouble().add(refusal);
}

std::string box_fixture::leftovers() {
    std::string words;
    const auto count = [&](std::string_view what, std::uint64_t n) {
        if (n > 0) words += std::string(what) + " " + std::to_string(n) + " ";
    };
    count("tasks", engine_->open_tasks());
    count("upload sessions of ours", engine_->open_upload_sessions());
    count("spool bytes", engine_->spool_bytes());
    count("Box's upload sessions", simulator_->uploads().open());
    count("Box's temporary files", simulator_->items().temporaries());
    return words;
}

std::optional<box_simulator::item> box_fixture::item_at(std::string_view path) {
    for (const auto& [where, one] : simulator_->items().all(user_id)) {
        if (where == path) return one;
    }
    return std::nullopt;
}

std::size_t box_fixture::calls(std::string_view endpoint) {
    std::size_t count = 0;
    for (const auto& row : simulator_->requests().since(0)) {
        if (std::string_view(row.at("endpoint").as_string()) == endpoint) ++count;
    }
    return count;
}

bool box_fixture::run_until(const std::function<bool()>& holds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!holds() && std::chrono::steady_clock::now() < deadline) {
        if (context_.stopped()) context_.restart();
        context_.run_one_for(std::chrono::milliseconds(10));
    }
    return holds();
}

std::unique_ptr<fixture> make_fixture() {
    return std::make_unique<box_fixture>();
}

}  // namespace boxgate::testing
