#include "box/engine.hpp"
#include "box/http/beast_transport.hpp"
#include "tests/conformance/fixture.hpp"
#include "tests/simulator/simulator.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/json/parse.hpp>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <thread>

namespace boxgate::testing {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr const char* login = "alice@example.com";

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

// The rooms as the server puts them together: one worker, a control thread, a disk pool, and the simulator for Box.
class box_fixture final : public fixture {
public:
    box_fixture() {
        std::filesystem::create_directory(home_ / "spool");
        make_enterprise(home_ / "box");
        box_simulator::simulator_options options;
        options.directory = home_ / "box";
        simulator_.emplace(options);
        simulator_->start();

        box::options settings;
        settings.api_url = settings.upload_url = simulator_->url();
        settings.spool_directory = home_ / "spool";
        settings.direct_upload_limit = direct_limit;
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

    ~box_fixture() override {
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

    asio::io_context& context() override { return context_; }
    const std::shared_ptr<storage::block_pool>& blocks() override { return blocks_; }

    std::unique_ptr<storage::filesystem> open(bool refuse_case_clash) override {
        storage::mount what("alice", "/", false, refuse_case_clash);
        storage::call_context who("1", "alice", "127.0.0.1", "sftp");
        return std::move(run_coro(context_, provider_->open(std::move(what), std::move(who))).value());
    }

    std::optional<std::string> stored(std::string_view path) override {
        auto file = home_ / "box" / "root" / login;
        file += path;
        if (!std::filesystem::is_regular_file(file)) return std::nullopt;
        return content_of(file);
    }

    void seed_files(std::string_view directory, std::size_t count) override {
        for (std::size_t i = 0; i < count; ++i) {
            char name[32];
            std::snprintf(name, sizeof name, "/file %04zu.txt", i);
            simulator_->items().seed("2003", std::string(directory) + name, name);
        }
    }

    void refuse_next_store() override {
        box_simulator::fault refusal;
        refusal.match = "POST /files*content";
        refusal.status = 403;
        refusal.body = R"({"type":"error","status":403,"code":"access_denied_insufficient_permissions",)"
                       R"("message":"Access denied - insufficient permission"})";
        simulator_->trouble().add(refusal);
    }

    std::size_t leftovers() override {
        return engine_->open_tasks() + engine_->open_upload_sessions() + (engine_->spool_bytes() > 0 ? 1 : 0) +
               simulator_->uploads().open() + simulator_->items().temporaries();
    }

    std::optional<std::size_t> large() const override { return direct_limit; }

private:
    // Small, so that the cases are quick; Box's own figures are tried by the client tests.
    static constexpr std::size_t direct_limit = 4 * 1024 * 1024;
    static constexpr std::size_t part_size = 1024 * 1024;

    temp_dir home_;
    runtime::system_clock clock_;
    runtime::log log_{runtime::log_format::human, runtime::log_level::debug, [](std::string_view line) {
                          if (std::getenv("BOXGATE_TEST_LOG"))
                              std::fprintf(stderr, "%.*s", int(line.size()), line.data());
                      }};
    asio::io_context context_;
    asio::io_context control_;
    asio::executor_work_guard<asio::io_context::executor_type> control_work_ = asio::make_work_guard(control_);
    asio::thread_pool disk_{2};
    std::thread control_thread_;
    std::shared_ptr<storage::block_pool> blocks_ = storage::block_pool::create(0);
    std::optional<box_simulator::simulator> simulator_;
    std::optional<box::engine> engine_;
    std::unique_ptr<storage::provider> provider_;
};

}  // namespace

std::unique_ptr<fixture> make_fixture() {
    return std::make_unique<box_fixture>();
}

}  // namespace boxgate::testing
