#pragma once

#include "box/api/types.hpp"
#include "box/identity.hpp"
#include "box/upload_content.hpp"
#include "box/upload_plan.hpp"
#include "box/worker_context.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace boxgate::box {

/// The parts of one upload session, several in flight, each retried by itself. Destroyed before release(), it hands the
/// deletion of the session to the settler.
class session_upload : public std::enable_shared_from_this<session_upload> {
public:
    session_upload(std::shared_ptr<worker_context> with, std::shared_ptr<identity> who, api::upload_session session,
                   std::shared_ptr<upload_content> content);
    ~session_upload();
    session_upload(const session_upload&) = delete;
    session_upload& operator=(const session_upload&) = delete;

    /// Sends every part. `still_wanted` is asked before each; no ends it with errc::aborted.
    boost::asio::awaitable<storage::result<void>> send_parts(std::function<bool()> still_wanted);

    const api::upload_session& session() const { return session_; }
    const std::vector<api::upload_part>& parts() const { return parts_; }

    /// The session is committed: nothing to delete.
    void release();

private:
    boost::asio::awaitable<void> lane(std::shared_ptr<session_upload> self, std::function<bool()> still_wanted);
    boost::asio::awaitable<storage::result<api::upload_part>> send_part(upload_plan::part range);
    boost::asio::awaitable<std::optional<api::upload_part>> find_part(upload_plan::part range, std::string digest_hex);

    std::shared_ptr<worker_context> with_;
    std::shared_ptr<identity> who_;
    api::upload_session session_;
    std::shared_ptr<upload_content> content_;
    upload_plan plan_;
    std::vector<api::upload_part> parts_;
    std::size_t next_ = 0;
    unsigned lanes_ = 0;
    std::optional<storage::failure> failed_;
    boost::asio::steady_timer finished_;
    bool open_ = true;
};

}  // namespace boxgate::box
