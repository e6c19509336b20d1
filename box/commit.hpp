#pragma once

#include "box/early_upload.hpp"
#include "box/session_upload.hpp"
#include "box/upload_content.hpp"
#include "box/upload_destination.hpp"
#include "box/worker_context.hpp"
#include "protocol/storage/transfer.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace boxgate::box {

/// The caller's side of a commit: whether the file is still wanted. The caller may leave at any time, and takes its
/// gate with it; what has passed the gate is finished nevertheless.
class commit_permission {
public:
    explicit commit_permission(storage::commit_gate gate) : gate_(std::move(gate)) {}

    /// Before the point of no return: is it worth going on?
    bool still_wanted() { return passed_ || (gate_ && gate_()); }
    /// The point of no return. Once granted it stays granted, for repeated tries.
    bool pass() {
        passed_ = still_wanted();
        return passed_;
    }
    bool has_passed() const { return passed_; }
    void caller_left() { gate_ = nullptr; }
    bool has_caller() const { return gate_ != nullptr; }

private:
    storage::commit_gate gate_;
    bool passed_ = false;
};

/// Brings one file into Box: chooses the way, tries again where that may help, settles answers that were lost, and
/// compares what Box holds with what was sent. Runs on the worker, whether or not somebody waits for it.
class commit : public std::enable_shared_from_this<commit> {
public:
    using outcome = storage::result<storage::receipt>;

    /// `early`: parts that are on their way already; may be null.
    commit(std::shared_ptr<worker_context> with, std::shared_ptr<upload_destination> to,
           std::shared_ptr<upload_content> content, std::shared_ptr<commit_permission> permission,
           std::shared_ptr<early_upload> early);

    boost::asio::awaitable<outcome> run();

private:
    // What one try came to: done, failed for good, nobody knows, or worth another try, with or without a pause before
    // it.
    struct step {
        enum kind { stored, failed, unknown, again, again_after_a_pause };

        step() = default;
        step(kind outcome, storage::failure reason) : what(outcome), why(std::move(reason)) {}

        kind what = failed;
        api::item item;
        std::string request_id;
        storage::failure why;
    };

    boost::asio::awaitable<outcome> store();
    boost::asio::awaitable<step> reach();
    boost::asio::awaitable<step> post_once();
    boost::asio::awaitable<step> session_once();
    boost::asio::awaitable<storage::result<std::shared_ptr<session_upload>>> open_session();
    boost::asio::awaitable<step> commit_session(std::shared_ptr<session_upload> session);
    boost::asio::awaitable<step> judge(http::response refusal);
    boost::asio::awaitable<step> settle(storage::failure why);
    boost::asio::awaitable<outcome> accept(api::item stored, std::string request_id);
    step stored_as(const http::response& answer);
    bool is_direct() const { return content_->size() <= with_->settings.direct_upload_limit; }
    boost::asio::awaitable<void> rest(std::chrono::milliseconds length);
    bool in_time(std::chrono::milliseconds from_now) const;
    void note(const outcome& done) const;

    std::shared_ptr<worker_context> with_;
    std::shared_ptr<upload_destination> to_;
    std::shared_ptr<upload_content> content_;
    std::shared_ptr<commit_permission> permission_;
    std::shared_ptr<early_upload> early_;
    std::string digest_;  // 20 bytes
    std::string digest_hex_;
    bool replaced_ = false;                                          // the last try went to an existing file
    bool ambiguous_ = false;                                         // Box may have carried out some try
    std::optional<std::chrono::steady_clock::time_point> deadline_;  // since the point of no return
};

}  // namespace boxgate::box
