#pragma once

#include "protocol/sftp/workplace.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

namespace boxgate::sftp {

/// Keeps a client that writes to the account's upload rate. What a WRITE brings is taken at once, so that requests
/// behind it are not held up; it is answered when its bytes may have come. A client that goes on without answers is
/// not read once it is so far ahead.
class write_pace : public std::enable_shared_from_this<write_pace> {
public:
    /// Bytes that may have been taken too early.
    static constexpr std::size_t most_ahead = 2 * 1024 * 1024;

    explicit write_pace(std::shared_ptr<workplace> where) : place_(std::move(where)) {}

    /// Whether more may be taken now; if not, the session's wake() follows when it is worth asking again.
    bool has_room() const { return ahead_ < most_ahead; }
    /// `bytes` of a WRITE have been taken.
    void taken(std::size_t bytes);
    /// Answers the WRITE that is complete now, when it is time.
    void answer_ok(std::uint32_t id);

private:
    using clock = runtime::pace::clock;

    // Bytes, or an answer, and when it is time for them.
    struct debt {
        debt(clock::time_point when, std::size_t n) : due(when), bytes(n) {}
        clock::time_point due;
        std::size_t bytes;
        std::optional<std::uint32_t> answer;
        std::optional<ticket> counted;
    };

    static boost::asio::awaitable<void> pay(std::shared_ptr<write_pace> self);
    void run();

    std::shared_ptr<workplace> place_;
    std::deque<debt> debts_;  // the earliest first
    std::size_t ahead_ = 0;
    clock::time_point due_{};
    bool running_ = false;
};

}  // namespace boxgate::sftp
