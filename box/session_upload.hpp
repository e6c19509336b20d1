#pragma once

#include "box/api/types.hpp"
#include "box/identity.hpp"
#include "box/upload_content.hpp"
#include "box/upload_patience.hpp"
#include "box/upload_plan.hpp"
#include "box/worker_context.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace boxgate::box {

/// The parts of one upload session, several in flight, each retried by itself and sent as soon as it is whole: the
/// client may still be sending. Destroyed before release(), it hands the deletion of the session to the settler.
///
/// While the client sends nobody waits for the parts, and what fails in passing (Box is down, the rate limit) is tried
/// again without end; once finish() waits, within upload_patience.
class session_upload : public std::enable_shared_from_this<session_upload> {
public:
    /// What becomes of the bytes of a part that Box has confirmed.
    enum class confirmed_parts {
        keep,     ///< the upload may have to begin again in another way
        discard,  ///< the size is binding: their room in the spool is wanted for what still comes
    };

    /// A file of `total` bytes, of which `content` may still lack the end.
    session_upload(std::shared_ptr<worker_context> with, std::shared_ptr<identity> who, api::upload_session session,
                   std::shared_ptr<upload_content> content, std::uint64_t total, confirmed_parts confirmed);
    ~session_upload();
    session_upload(const session_upload&) = delete;
    session_upload& operator=(const session_upload&) = delete;

    /// Parts go out from now on, until stop() or a failure. Call once.
    void start();
    /// More of the content is ready.
    void grown() { news_.cancel(); }
    /// Nobody wants the file: what is in flight is broken off.
    void stop();

    /// All of the content is ready: waits until Box has every part. `still_wanted` is asked before each part and each
    /// piece of one; no ends it with errc::aborted.
    boost::asio::awaitable<storage::result<void>> finish(std::function<bool()> still_wanted);

    /// Why no more parts are sent; nullopt while they are.
    const std::optional<storage::failure>& failed() const { return failed_; }
    /// Box has ended the session, or it holds something else than was sent: another session may fare better.
    bool is_lost() const { return lost_; }

    std::uint64_t total() const { return plan_.total(); }
    const api::upload_session& session() const { return session_; }
    const std::vector<api::upload_part>& parts() const { return parts_; }

    /// The session is committed: nothing to delete.
    void release();
    /// Deletes the session and waits for it, so that Box cannot commit it any more.
    boost::asio::awaitable<void> abort();

private:
    enum class verdict { sent, retry, failed };

    boost::asio::awaitable<void> lane(std::shared_ptr<session_upload> self);
    boost::asio::awaitable<std::optional<std::size_t>> next_part();
    boost::asio::awaitable<void> send_part(std::size_t index);
    boost::asio::awaitable<verdict> try_part(std::size_t index, std::string digest, storage::failure& why);
    boost::asio::awaitable<bool> find_part(std::size_t index, std::string digest_hex);
    boost::asio::awaitable<bool> pause(storage::failure why, unsigned tries);
    void fail(storage::failure why);
    void lose(storage::failure why);

    std::shared_ptr<worker_context> with_;
    std::shared_ptr<identity> who_;
    api::upload_session session_;
    std::shared_ptr<upload_content> content_;
    upload_plan plan_;
    confirmed_parts confirmed_;
    std::vector<api::upload_part> parts_;
    std::size_t next_ = 0;
    unsigned lanes_ = 0;
    bool finishing_ = false;
    bool lost_ = false;
    std::optional<storage::failure> failed_;
    upload_patience patience_;
    std::function<bool()> wanted_ = [] { return true; };
    boost::asio::steady_timer news_;      // content has grown, finish() or stop() was called
    boost::asio::steady_timer finished_;  // the last lane has ended
    bool open_ = true;
};

}  // namespace boxgate::box
