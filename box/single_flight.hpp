#pragma once

#include "protocol/storage/failure.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace boxgate::box {

/// One question under way per key, however many ask it. All askers and the work run on one executor. The work belongs
/// to nobody: an asker that leaves does not end it.
template <class Key, class T>
class single_flight {
public:
    using outcome = storage::result<T>;
    using work = std::function<boost::asio::awaitable<outcome>()>;

    /// The outcome of the flight for `key`, joining it if there is one. `start` is called otherwise; what it captures
    /// must live as long as the work.
    boost::asio::awaitable<outcome> join(Key key, work start) {
        const auto joined = board(co_await boost::asio::this_coro::executor, std::move(key), std::move(start));
        // Every asker waits on the same timer: landing cancels it for all of them.
        while (!joined->landed) {
            const auto [error] = co_await joined->landing.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
            const auto state = co_await boost::asio::this_coro::cancellation_state;
            if (state.cancelled() != boost::asio::cancellation_type::none) throw boost::system::system_error(error);
        }
        co_return *joined->landed;
    }

    /// Starts a flight, if there is none, and waits for nothing.
    boost::asio::awaitable<void> launch(Key key, work start) {
        board(co_await boost::asio::this_coro::executor, std::move(key), std::move(start));
    }

    bool in_flight(const Key& key) const { return flights_->contains(key); }

private:
    struct flight {
        explicit flight(const boost::asio::any_io_executor& executor)
            : landing(executor, boost::asio::steady_timer::time_point::max()) {}

        boost::asio::steady_timer landing;
        std::optional<outcome> landed;
    };
    using map = std::map<Key, std::shared_ptr<flight>>;

    std::shared_ptr<flight> board(const boost::asio::any_io_executor& executor, Key key, work start) {
        const auto found = flights_->find(key);
        if (found != flights_->end()) return found->second;
        const auto begun = std::make_shared<flight>(executor);
        flights_->emplace(key, begun);
        // May run to its end at once, and then has left the map again.
        boost::asio::co_spawn(executor, fly(flights_, key, begun, std::move(start)), boost::asio::detached);
        return begun;
    }

    static boost::asio::awaitable<void> fly(std::shared_ptr<map> flights, Key key, std::shared_ptr<flight> self,
                                            work start) {
        try {
            auto arrived = co_await start();
            self->landed.emplace(std::move(arrived));
        } catch (const std::exception& error) {
            self->landed.emplace(storage::failure(storage::errc::internal, error.what()));
        }
        flights->erase(key);
        self->landing.cancel();
    }

    std::shared_ptr<map> flights_ = std::make_shared<map>();
};

}  // namespace boxgate::box
