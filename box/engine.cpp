#include "box/engine.hpp"

#include "box/api/errors.hpp"
#include "box/api/json.hpp"
#include "box/box_filesystem.hpp"
#include "box/worker_context.hpp"
#include "conf/runtime/offload.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/predicate.hpp>

#include <set>

namespace boxgate::box {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

bool is_id(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

std::string app_key(const conf::box_app& app) {
    return app.client_id + "/" + app.enterprise_id + "/" + app.public_key_id;
}

std::string resident_key(const engine::source& of) {
    return app_key(*of.app) + "/" + boost::algorithm::to_lower_copy(of.box_user) +
           (of.mode == conf::box_mode::user_token ? "/token" : "");
}

}  // namespace

class engine_provider final : public storage::provider {
public:
    engine_provider(engine& of, std::shared_ptr<worker_context> with) : engine_(of), with_(std::move(with)) {}

    asio::awaitable<result<std::unique_ptr<storage::filesystem>>> open(storage::mount what,
                                                                       storage::call_context context) override {
        auto mounted = co_await runtime::run_on(with_->control, engine_.mount(what));
        if (mounted.has_error()) co_return mounted.error();
        co_return std::make_unique<box_filesystem>(with_, std::move(mounted->tree), std::move(mounted->root_id),
                                                   std::move(mounted->watched), what.refuse_case_clash,
                                                   mounted->rename_over, std::move(context));
    }

private:
    engine& engine_;
    std::shared_ptr<worker_context> with_;
};

engine::engine(options settings, std::map<std::string, source> identities, asio::any_io_executor control,
               asio::thread_pool& disk, const runtime::clock& time, const runtime::log& log,
               transport_factory make_transport)
    : settings_(std::move(settings)),
      endpoints_(settings_.api_url, settings_.upload_url),
      identities_(std::move(identities)),
      control_(std::move(control)),
      disk_(disk),
      time_(time),
      log_(log),
      make_transport_(std::move(make_transport)),
      token_transport_(make_transport_(control_)),
      control_client_(make_client(make_transport_(control_), control_, settings_, log_, real_pause())),
      spool_(settings_.spool.mode, settings_.spool.directory, settings_.spool.max_size, *settings_.counts),
      settler_(log_) {}

engine::~engine() = default;

std::unique_ptr<storage::provider> engine::make_provider(asio::any_io_executor worker,
                                                         std::shared_ptr<storage::block_pool> blocks) {
    auto calls = make_client(make_transport_(worker), control_, settings_, log_, real_pause());
    auto with =
        std::make_shared<worker_context>(std::move(worker), control_, std::move(calls), std::move(blocks), settings_,
                                         endpoints_, spool_, disk_, settler_, open_upload_sessions_, log_);
    return std::make_unique<engine_provider>(*this, std::move(with));
}

asio::awaitable<result<engine::mounted>> engine::mount(storage::mount what) {
    const auto known = identities_.find(what.identity);
    if (known == identities_.end()) co_return failure(errc::internal, "no Box identity is called " + what.identity);
    const auto of = known->second;  // the table may be replaced while this waits
    auto home = co_await resident_of(of);
    if (home.has_error()) co_return home.error();
    auto root = co_await find_root(home->tree, what);
    if (root.has_error()) co_return root.error();
    mounted ready;
    ready.tree = home->tree;
    ready.root_id = std::move(*root);
    ready.rename_over = of.rename_over;
    if (home->events) ready.watched = home->events->use();
    co_return ready;
}

asio::awaitable<result<engine::resident>> engine::resident_of(source of) {
    const auto key = resident_key(of);
    if (const auto known = residents_.find(key); known != residents_.end()) co_return known->second;
    const std::function<asio::awaitable<result<resident>>()> start = [this, of, key] { return move_in(of, key); };
    co_return co_await moving_in_.join(key, start);
}

asio::awaitable<void> engine::replace_identities(std::map<std::string, source> identities) {
    identities_ = std::move(identities);
    ++generation_;
    std::map<std::string, std::shared_ptr<const conf::box_app>> apps;
    std::set<std::string> wanted;
    for (const auto& [name, of] : identities_) {
        apps.emplace(app_key(*of.app), of.app);
        wanted.insert(resident_key(of));
    }
    const auto is_current = [&apps](const conf::box_app& app) {
        const auto now = apps.find(app_key(app));
        return now != apps.end() && *now->second == app;
    };
    std::erase_if(tokens_, [&](const auto& one) { return !is_current(one.second->app()); });
    std::erase_if(residents_, [&](const auto& one) {
        return !wanted.contains(one.first) || !is_current(one.second.tree->who()->tokens()->app());
    });
    co_return;
}

std::shared_ptr<token_provider> engine::tokens_of(const std::shared_ptr<const conf::box_app>& app,
                                                  const std::string& user_id) {
    auto& tokens = tokens_[app_key(*app) + "/" + user_id];
    if (!tokens) {
        tokens = std::make_shared<token_provider>(app, settings_.api_url, *token_transport_, time_, log_, real_pause(),
                                                  token_subject(user_id));
    }
    return tokens;
}

std::shared_ptr<pacer> engine::pace_of(const conf::box_app& app, const std::string& user_id) {
    auto& together = enterprises_[app.enterprise_id];
    if (!together) {
        together = std::make_shared<call_budgets>(settings_.enterprise_calls_per_minute,
                                                  settings_.enterprise_uploads_per_minute);
    }
    // A service account is a user of its app.
    auto& pace = paces_[app.enterprise_id + "/" + (user_id.empty() ? app.client_id : user_id)];
    if (!pace) {
        const call_budgets own(settings_.calls_per_minute, settings_.uploads_per_minute);
        pace = std::make_shared<pacer>(rate_limiter(own, together), outage_, waiting(), *settings_.counts);
    }
    return pace;
}

asio::awaitable<result<std::shared_ptr<identity>>> engine::identify(source of, std::string key) {
    const auto tokens = tokens_of(of.app, std::string());
    auto who = std::make_shared<identity>(key, tokens, std::string(), pace_of(*of.app, std::string()));
    if (of.box_user.empty()) {
        // The service account itself. Its token is fetched here, so that wrong credentials show at the login.
        auto token = co_await tokens->token();
        if (token.has_error()) co_return token.error();
        co_return who;
    }
    auto user_id = of.box_user;
    const bool by_token = of.mode == conf::box_mode::user_token;
    // A user of another enterprise cannot be looked up; an id need not be.
    if (!by_token || !is_id(of.box_user)) {
        auto user = co_await find_user(who, of.box_user);
        if (user.has_error()) co_return user.error();
        user_id = user->id;
    }
    const auto pace = pace_of(*of.app, user_id);
    if (!by_token) co_return std::make_shared<identity>(key, tokens, user_id, pace);
    const auto own_tokens = tokens_of(of.app, user_id);
    auto token = co_await own_tokens->token();
    if (token.has_error()) co_return token.error();
    co_return std::make_shared<identity>(key, own_tokens, std::string(), pace);
}

asio::awaitable<result<engine::resident>> engine::move_in(source of, std::string key) {
    const auto generation = generation_;
    auto who = co_await identify(std::move(of), key);
    if (who.has_error()) co_return who.error();
    resident made;
    made.tree =
        std::make_shared<tree>(std::move(*who), *control_client_, endpoints_, settings_, log_, waiting(), swaps_);
    if (settings_.events) {
        made.events = std::make_shared<event_watch>(control_, made.tree, *control_client_, endpoints_,
                                                    make_transport_(control_), settings_, log_);
    }
    // If the identities were replaced meanwhile it serves those who waited for it, and nobody else.
    if (generation == generation_) residents_[key] = made;
    co_return made;
}

asio::awaitable<result<api::user>> engine::find_user(std::shared_ptr<identity> service, std::string box_user) {
    auto look_up = is_id(box_user) ? endpoints_.user(box_user) : endpoints_.users_by_login(box_user);
    auto answer = co_await control_client_->perform(service, std::move(look_up));
    if (answer.has_error()) co_return answer.error().what;
    if (answer->status != 200) {
        auto why = api::to_failure(*answer);
        why.detail = "the Box user " + box_user + " cannot be looked up: " + why.detail +
                     " (the app needs the scope \"Manage users\" and App + Enterprise Access)";
        co_return why;
    }
    std::optional<api::user> found;
    if (is_id(box_user)) {
        found = api::parse_user(answer->body);
    } else {
        // Box matches the beginnings of names and logins; only the login itself counts.
        for (auto& candidate : api::parse_users(answer->body)) {
            if (boost::algorithm::iequals(candidate.login, box_user)) found = std::move(candidate);
        }
    }
    if (!found) co_return failure(errc::denied, "no user of this Box enterprise has the login " + box_user);
    if (found->status == "inactive") co_return failure(errc::denied, "the Box user " + box_user + " is inactive");
    co_return std::move(*found);
}

asio::awaitable<result<std::string>> engine::find_root(std::shared_ptr<tree> in, storage::mount what) {
    if (what.root.starts_with("id:")) {
        const auto id = what.root.substr(3);
        auto folder = co_await in->names().fetch(api::item_type::folder, id);
        if (folder.has_error() && folder.error().code == errc::not_found) {
            co_return failure(errc::not_found,
                              "the root folder of this account, Box folder " + id + ", does not exist");
        }
        if (folder.has_error()) co_return folder.error();
        co_return id;
    }
    const auto root = storage::path::parse(what.root);
    if (root.has_error()) co_return root.error();
    storage::path made;
    auto folder = co_await in->names().find("0", *root);
    if (folder.has_error() && folder.error().code == errc::not_found && what.create_root) {
        for (const auto& part : root->parts()) {
            made = made.child(part);
            auto created = co_await in->make_directory("0", made);
            if (created.has_error() && created.error().code != errc::exists) co_return created.error();
        }
        folder = co_await in->names().find("0", *root);
    }
    if (folder.has_error() && folder.error().code == errc::not_found) {
        co_return failure(errc::not_found, "the root folder of this account, " + root->string() +
                                               ", does not exist in Box (create it, or set create_root: true)");
    }
    if (folder.has_error()) co_return folder.error();
    if (folder->type != api::item_type::folder) {
        co_return failure(errc::not_a_directory, "the root of this account, " + root->string() + ", is a file");
    }
    co_return std::move(folder->id);
}

}  // namespace boxgate::box
