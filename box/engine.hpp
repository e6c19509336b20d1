#pragma once

#include "box/api/endpoints.hpp"
#include "box/client.hpp"
#include "box/event_watch.hpp"
#include "box/examination.hpp"
#include "box/http/transport.hpp"
#include "box/options.hpp"
#include "box/settler.hpp"
#include "box/single_flight.hpp"
#include "box/spool.hpp"
#include "box/tree.hpp"
#include "conf/runtime/clock.hpp"
#include "conf/runtime/log.hpp"
#include "conf/settings/settings.hpp"
#include "protocol/storage/block.hpp"
#include "protocol/storage/provider.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace boxgate::box {

/// The Box room as the server sees it: the identities that logins map to, and a storage provider for each worker.
class engine {
public:
    /// Which app and which Box user (e-mail or id; empty: the service account) an identity name stands for.
    struct source {
        source(std::shared_ptr<const conf::box_app> with_app, std::string acting_user,
               conf::box_mode acting_how = conf::box_mode::as_user,
               conf::rename_over renaming = conf::rename_over::by_name)
            : app(std::move(with_app)), box_user(std::move(acting_user)), mode(acting_how), rename_over(renaming) {}
        std::shared_ptr<const conf::box_app> app;
        std::string box_user;
        conf::box_mode mode;
        conf::rename_over rename_over;
    };
    using transport_factory = std::function<std::unique_ptr<http::transport>(boost::asio::any_io_executor)>;

    /// `control` is a single thread's executor; `disk`, `time` and `log` outlive the engine; the engine outlives every
    /// provider, filesystem and file it gave out, and all work on `control` ends before it does.
    engine(options settings, std::map<std::string, source> identities, boost::asio::any_io_executor control,
           boost::asio::thread_pool& disk, const runtime::clock& time, const runtime::log& log,
           transport_factory make_transport);
    ~engine();

    /// One per worker; used on that worker's executor.
    std::unique_ptr<storage::provider> make_provider(boost::asio::any_io_executor worker,
                                                     std::shared_ptr<storage::block_pool> blocks);

    /// Puts other identities in the place of the present ones. On the control thread. Sessions go on with what they
    /// have; tokens of apps that are gone, or have other credentials now, are forgotten.
    boost::asio::awaitable<void> replace_identities(std::map<std::string, source> identities);

    /// Looks at an identity and its root as a login would find them, and changes nothing. On the control thread, as
    /// reach() and probe() are.
    boost::asio::awaitable<examination> examine(storage::mount what);

    /// Whether the hosts of content can be reached, which examine() does not need: that of uploads and, if the API is
    /// Box's own, that of downloads. By URL.
    boost::asio::awaitable<std::map<std::string, storage::result<void>>> reach();

    /// Asks Box once with the token of each app, all at a time, until one has a good answer or the patience ends; by
    /// client id. Does not wait where calls are held back: a limit that is reached is a sign of life.
    boost::asio::awaitable<std::map<std::string, storage::result<void>>> probe(
        std::chrono::steady_clock::duration patience);

    std::uint64_t spool_bytes() const { return spool_.bytes_in_use(); }
    std::size_t open_upload_sessions() const { return open_upload_sessions_; }
    /// Commits past their point of no return, and upload sessions being deleted: a shutdown waits for them.
    std::size_t open_tasks() const { return settler_.open_tasks(); }

private:
    friend class engine_provider;

    struct mounted {
        std::shared_ptr<box::tree> tree;
        std::string root_id;
        conf::rename_over rename_over = conf::rename_over::by_name;
        event_watch::lease watched;
    };
    // What the sessions of one identity share.
    struct resident {
        std::shared_ptr<box::tree> tree;
        std::shared_ptr<event_watch> events;  // null: not followed
    };

    // On the control thread.
    boost::asio::awaitable<storage::result<mounted>> mount(storage::mount what);
    boost::asio::awaitable<storage::result<resident>> resident_of(source of);
    boost::asio::awaitable<storage::result<resident>> move_in(source of, std::string key);
    boost::asio::awaitable<storage::result<std::shared_ptr<identity>>> identify(source of, std::string key);
    boost::asio::awaitable<storage::result<void>> probe_one(std::shared_ptr<const conf::box_app> app);
    boost::asio::awaitable<storage::result<api::user>> find_user(std::shared_ptr<identity> service,
                                                                 std::string box_user);
    boost::asio::awaitable<storage::result<std::string>> find_root(std::shared_ptr<tree> in, storage::mount what);
    std::shared_ptr<token_provider> tokens_of(const std::shared_ptr<const conf::box_app>& app,
                                              const std::string& user_id);
    std::shared_ptr<pacer> pace_of(const conf::box_app& app, const std::string& user_id);

    const options settings_;
    const api::endpoints endpoints_;
    std::map<std::string, source> identities_;  // of the control thread, as all that follows
    std::uint64_t generation_ = 0;              // of identities_
    boost::asio::any_io_executor control_;
    boost::asio::thread_pool& disk_;
    const runtime::clock& time_;
    const runtime::log& log_;
    transport_factory make_transport_;
    std::unique_ptr<http::transport> token_transport_;
    std::unique_ptr<client> control_client_;
    spool spool_;
    settler settler_;
    std::atomic<std::size_t> open_upload_sessions_ = 0;
    std::map<std::string, std::shared_ptr<token_provider>> tokens_;     // by app, and user where it is a user's
    std::map<std::string, std::shared_ptr<pacer>> paces_;               // by enterprise and user
    std::map<std::string, std::shared_ptr<call_budgets>> enterprises_;  // by enterprise
    std::shared_ptr<outage> outage_ = std::make_shared<outage>();
    std::map<std::string, resident> residents_;  // by app and user
    std::shared_ptr<swaps> swaps_ = std::make_shared<swaps>();
    single_flight<std::string, resident> moving_in_;
};

}  // namespace boxgate::box
