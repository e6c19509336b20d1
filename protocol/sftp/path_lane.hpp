#pragma once

#include "protocol/sftp/handle_table.hpp"
#include "protocol/sftp/request.hpp"
#include "protocol/sftp/workplace.hpp"
#include "protocol/storage/path.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>

namespace boxgate::sftp {

/// Keeps the order in which a client's requests about paths take effect (section 6.1: as if one at a time), while those
/// that only look run side by side. A request about a file whose CLOSE is still being committed waits for it.
class path_lane : public std::enable_shared_from_this<path_lane> {
public:
    using serve_function = std::function<boost::asio::awaitable<void>(request, storage::path, storage::path)>;

    path_lane(std::shared_ptr<workplace> where, const handle_table& handles, serve_function serve);

    /// `target` is the root where the request has a single path.
    void add(request what, storage::path path, storage::path target, bool changes);
    /// Looks again what may start; to be called when a handle has been closed.
    void advance();
    void clear() { items_.clear(); }

private:
    struct item {
        item(request asked, storage::path one, storage::path two, bool writes, ticket number)
            : what(std::move(asked)),
              path(std::move(one)),
              target(std::move(two)),
              changes(writes),
              counted(std::move(number)) {}
        request what;
        storage::path path;
        storage::path target;
        bool changes;
        bool running = false;
        ticket counted;
    };
    bool waits_for_commit(const item& next) const;
    static boost::asio::awaitable<void> serve_one(std::shared_ptr<path_lane> self, std::uint64_t number);

    std::shared_ptr<workplace> place_;
    const handle_table& handles_;
    serve_function serve_;
    std::map<std::uint64_t, item> items_;
    std::uint64_t next_number_ = 0;
};

}  // namespace boxgate::sftp
