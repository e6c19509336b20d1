#include "box/http/connection_pool.hpp"

#include "conf/settings/proxy_environment.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace boxgate::box::http {

namespace asio = boost::asio;
using storage::errc;
using storage::failure;
using storage::result;

// A right that becomes free is handed to the first in line, not put up for whoever comes next. One who leaves the line
// after having been called (cancelled at the same moment) hands it on.
class connection_pool::place_in_line {
public:
    place_in_line(connection_pool& pool, host& where, connection::clock::duration patience)
        : turn(pool.executor_, patience), pool_(pool), where_(where) {
        where_.line.push_back(this);
    }
    place_in_line(const place_in_line&) = delete;
    place_in_line& operator=(const place_in_line&) = delete;
    ~place_in_line() {
        if (!called) std::erase(where_.line, this);
        if (called && !taken) pool_.pass_on(where_);
    }

    asio::steady_timer turn;
    bool called = false;
    bool taken = false;

private:
    connection_pool& pool_;
    host& where_;
};

void connection_pool::pass_on(host& where) noexcept {
    if (where.line.empty()) {
        --where.in_use;
        return;
    }
    auto* const next = where.line.front();
    where.line.pop_front();
    next->called = true;
    next->turn.cancel();
}

void connection_pool::take_back(lease& ended) noexcept {
    auto& where = hosts_.at(ended.to);
    if (ended.reusable && ended.conn) {
        ended.conn->rest(options_.keep_idle);
        // The oldest lies in front: the shelf loses what has been closed about as fast as it fills.
        if (!where.shelf.empty() && where.shelf.front()->is_stale()) where.shelf.erase(where.shelf.begin());
        where.shelf.push_back(std::move(ended.conn));
    }
    pass_on(where);
}

asio::awaitable<std::unique_ptr<connection_pool::lease>> connection_pool::wait_for_turn(
    origin to, connection::clock::duration patience) {
    const auto self = shared_from_this();
    auto& where = hosts_[to];
    if (where.in_use < options_.connections_per_host) {
        ++where.in_use;
        co_return std::make_unique<lease>(self, to);
    }
    place_in_line place(*this, where, patience);
    co_await place.turn.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!place.called) co_return nullptr;
    auto granted = std::make_unique<lease>(self, to);
    place.taken = true;
    co_return granted;
}

asio::awaitable<result<std::unique_ptr<connection_pool::lease>>> connection_pool::acquire(
    origin to, bool fresh, connection::clock::duration patience) {
    auto granted = co_await wait_for_turn(to, patience);
    if (!granted) {
        co_return failure(errc::timeout, "all " + std::to_string(options_.connections_per_host) + " connections to " +
                                             to.host + " stayed busy; try again");
    }
    auto& shelf = hosts_.at(to).shelf;
    while (!shelf.empty()) {
        auto conn = std::move(shelf.back());
        shelf.pop_back();
        // One that died is seldom alone: a proxy that restarts closes them all.
        if (fresh || conn->is_stale()) continue;
        granted->conn = std::move(conn);
        granted->kept = true;
        co_return granted;
    }
    granted->conn = std::make_unique<connection>(executor_, options_.tls);
    auto through = options_.proxy;
    if (through && conf::is_excepted(through->except, to.host)) through.reset();
    auto opened = co_await granted->conn->open(to, std::move(through), options_.connect_timeout);
    if (opened.has_error()) co_return opened.error();
    co_return granted;
}

}  // namespace boxgate::box::http
