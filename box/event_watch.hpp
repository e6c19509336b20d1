#pragma once

#include "box/api/endpoints.hpp"
#include "box/client.hpp"
#include "box/event_filter.hpp"
#include "box/http/transport.hpp"
#include "box/options.hpp"
#include "box/tree.hpp"
#include "box/trusted_hosts.hpp"
#include "box/waiting.hpp"
#include "conf/runtime/log.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace boxgate::box {

/// Follows one identity's events while somebody uses it, so that changes made elsewhere in Box are seen before the
/// cache's time is up. Without Box's events, or while they cannot be had, that time is all there is: events make the
/// cache truer, never more trusted. Where Box refuses them it is asked again every ten minutes. Belongs to the control
/// thread. Box: "Long polling" in its guide to user events.
class event_watch : public std::enable_shared_from_this<event_watch> {
public:
    /// One per session of the identity; the watch ends some time after the last is gone.
    using lease = std::shared_ptr<const void>;

    /// `poll` is used for the long poll alone, which needs a connection for itself. `calls`, `where`, `settings` and
    /// `log` outlive the watch.
    event_watch(boost::asio::any_io_executor control, std::shared_ptr<tree> of, client& calls,
                const api::endpoints& where, std::unique_ptr<http::transport> poll, const options& settings,
                const runtime::log& log, waiting how = waiting());

    /// Begins to watch, unless that is under way. Sessions that are over within a second cost no call.
    lease use();

    bool is_running() const { return running_; }

private:
    // What a round of watching, or an answer, came to.
    enum class outcome { again, trouble, refused };

    static boost::asio::awaitable<void> run(std::shared_ptr<event_watch> self);
    boost::asio::awaitable<void> watch_on();
    boost::asio::awaitable<void> until_unused();
    boost::asio::awaitable<outcome> watch();
    boost::asio::awaitable<outcome> catch_up();
    boost::asio::awaitable<std::optional<std::string>> poll(const api::realtime_server& server);
    outcome judge(const boost::system::result<http::response, call_error>& answer);
    bool is_used() const { return sessions_.use_count() > 1; }

    boost::asio::any_io_executor control_;
    std::shared_ptr<tree> tree_;
    client& client_;
    const api::endpoints& endpoints_;
    std::unique_ptr<http::transport> transport_;
    trusted_hosts trusted_;
    bool upgrade_;  // Box itself is reached by https: so is its realtime server
    const runtime::log& log_;
    waiting waiting_;
    event_filter filter_;
    std::string position_;
    bool running_ = false;
    bool refused_ = false;  // by Box's last word: told once
    std::chrono::steady_clock::time_point refused_until_{};
    std::shared_ptr<const int> sessions_ = std::make_shared<const int>(0);
};

}  // namespace boxgate::box
