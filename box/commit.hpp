#pragma once

#include "box/uploader.hpp"

#include <chrono>
#include <memory>
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
    void caller_left() { gate_ = nullptr; }

private:
    storage::commit_gate gate_;
    bool passed_ = false;
};

/// Brings one file into Box: chooses the way, resolves conflicts of names, settles answers that were lost, and compares
/// what Box holds with what was sent. Runs on the worker, whether or not somebody waits for it.
class commit : public std::enable_shared_from_this<commit> {
public:
    using outcome = storage::result<storage::receipt>;

    commit(std::shared_ptr<worker_context> with, upload_target target, std::shared_ptr<upload_content> content,
           std::shared_ptr<commit_permission> permission);

    boost::asio::awaitable<outcome> run();

private:
    // What one try came to: done, failed for good, or worth another try.
    struct step {
        enum kind { stored, failed, again } what = again;
        api::item item;
        std::string request_id;
        storage::failure why;
    };

    boost::asio::awaitable<outcome> store();
    boost::asio::awaitable<step> post_once();
    boost::asio::awaitable<step> session_once();
    boost::asio::awaitable<step> commit_session(std::shared_ptr<session_upload> session);
    boost::asio::awaitable<step> judge_refusal(http::response answer);
    boost::asio::awaitable<step> settle(storage::failure why);
    boost::asio::awaitable<outcome> accept(api::item stored, std::string request_id);
    boost::asio::awaitable<void> take_back(api::item stored, storage::failure& why);
    step stored_as(const http::response& answer);
    bool out_of_time() const { return std::chrono::steady_clock::now() >= deadline_; }

    std::shared_ptr<worker_context> with_;
    upload_target target_;
    std::shared_ptr<upload_content> content_;
    std::shared_ptr<commit_permission> permission_;
    std::string digest_;  // 20 bytes
    std::string digest_hex_;
    bool replaced_ = false;  // the last try went to an existing file
    bool re_resolved_ = false;
    std::chrono::steady_clock::time_point deadline_;
};

}  // namespace boxgate::box
