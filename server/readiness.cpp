#include "server/readiness.hpp"

#include "conf/runtime/offload.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace boxgate::server {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds good_for{15};
constexpr std::chrono::seconds patience{10};

}  // namespace

asio::awaitable<std::string> readiness::trouble() {
    while (asking_) co_await told_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (std::chrono::steady_clock::now() < asked_at_ + good_for) co_return trouble_;
    asking_ = true;
    std::string trouble;
    try {
        auto asking = runtime::run_on(control_, box_.probe(patience));
        const auto states = co_await std::move(asking);
        const auto is_good = [](const auto& one) { return one.second.has_value(); };
        // One tenant's trouble must not take the others' gateway away.
        const bool any = std::any_of(states.begin(), states.end(), is_good);
        for (const auto& [app, state] : states) {
            if (!any) trouble += "app " + app + ": " + state.error().detail + "\n";
        }
    } catch (const std::exception& error) {
        trouble = std::string("Box cannot be asked: ") + error.what() + "\n";
    }
    trouble_ = std::move(trouble);
    asked_at_ = std::chrono::steady_clock::now();
    asking_ = false;
    told_.cancel();
    co_return trouble_;
}

}  // namespace boxgate::server
