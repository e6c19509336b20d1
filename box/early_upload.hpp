#pragma once

#include "box/session_upload.hpp"
#include "box/upload_destination.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <optional>

namespace boxgate::box {

/// An upload whose size is known before its end: the upload session is opened while the client begins to send, and its
/// parts go to Box as they become whole. Whoever commits takes the session over.
class early_upload : public std::enable_shared_from_this<early_upload> {
public:
    /// `size` is what the client announced; with `binding` confirmed parts leave the spool.
    early_upload(std::shared_ptr<worker_context> with, std::shared_ptr<upload_destination> to,
                 std::shared_ptr<upload_content> content, storage::announced_size size);

    /// Begins; a session that comes after stop() is deleted again.
    void start();
    /// More of the content is there.
    void grown();
    /// The upload is given up.
    void stop();

    /// Why the client need not go on sending: Box does not want this file at all (no right, no room, a name that is
    /// taken), or its beginning is gone from the spool and the session with it.
    std::optional<storage::failure> hopeless() const;

    /// Waits until the session is open; why it cannot be had, if that is so.
    boost::asio::awaitable<std::optional<storage::failure>> opened();
    /// Waits until the session is open, and gives it away; null where there is none, or it has ended. Opening it goes
    /// on as long as `still_wanted`.
    boost::asio::awaitable<std::shared_ptr<session_upload>> take(std::function<bool()> still_wanted);

private:
    boost::asio::awaitable<void> run(std::shared_ptr<early_upload> self);

    std::shared_ptr<worker_context> with_;
    std::shared_ptr<upload_destination> to_;
    std::shared_ptr<upload_content> content_;
    storage::announced_size size_;
    std::shared_ptr<session_upload> parts_;
    std::optional<storage::failure> refused_;
    bool running_ = false;
    bool stopped_ = false;
    std::function<bool()> wanted_ = [] { return true; };
    boost::asio::steady_timer end_of_run_;
};

}  // namespace boxgate::box
