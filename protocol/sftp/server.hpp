#pragma once

#include "protocol/sftp/handle_table.hpp"
#include "protocol/sftp/options.hpp"
#include "protocol/sftp/packet_splitter.hpp"
#include "protocol/sftp/path_lane.hpp"
#include "protocol/sftp/path_requests.hpp"
#include "protocol/sftp/workplace.hpp"
#include "protocol/sftp/write_pace.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>

namespace boxgate::sftp {

/// One SFTP session, version 3, without a network: bytes in, bytes out. It never waits in a call; requests that need
/// the storage run as coroutines on `executor`, from which alone it may be used.
///
/// Not taking input is how it slows a client down: feed() then returns less than it was given, and `wake` is called
/// when it is worth offering the rest again, when there is output where there was none, and when ended() may have
/// changed. `wake` may be called from within feed().
class server final : private packet_receiver {
public:
    /// `log` must outlive the io_context's work for this session.
    server(const boost::asio::any_io_executor& executor, std::unique_ptr<storage::filesystem> files,
           std::shared_ptr<storage::block_pool> blocks, options limits, storage::call_context context,
           const runtime::log& log, std::function<void()> wake);
    /// What is open is dropped: a file not yet past its commit's point of no return is not stored.
    ~server() override;

    std::size_t feed(std::span<const std::byte> in) { return splitter_.feed(in); }
    /// The client will send no more. What it has asked for is still done, then ended() becomes true.
    void end_of_input() { no_more_input_ = true; }

    /// What to send; stays valid until sent().
    std::span<const std::byte> next_output() { return place_->replies.next(); }
    void sent(std::size_t n) { place_->replies.sent(n); }

    /// Nothing more will come, and all replies have been sent.
    bool ended() const;
    /// Why the session cannot go on; empty if it can.
    const std::string& fault() const { return fault_; }
    /// Whether something is under way that an orderly shutdown should let finish: requests, open files, replies.
    bool busy() const;
    bool requests_under_way() const { return place_->requests > 0; }

    std::size_t open_handles() const { return handles_->size(); }
    /// Gives back memory that is kept only in case the client goes on; to be called every few seconds.
    void trim();

private:
    bool may_begin() override;
    void packet_arrived(std::uint8_t type, std::span<const std::byte> body) override;
    void write_began(std::uint32_t id, std::optional<std::uint32_t> handle, std::uint64_t offset,
                     std::uint32_t length) override;
    std::size_t write_bytes(std::span<const std::byte> some) override;
    void write_ended() override;
    void malformed(std::uint32_t id) override;
    void unreadable(std::string_view why) override;

    void greet(std::span<const std::byte> body);
    void serve(request what);
    void serve_at_once(const request& what);
    void serve_handle(request what);
    void answer_resolved(std::uint32_t id, std::string_view written);
    void expand(const request& what);
    void copy_data(request what, const open_handle& from);
    void serve_path(request what);

    std::shared_ptr<workplace> place_;
    std::shared_ptr<handle_table> handles_;
    std::shared_ptr<path_requests> paths_;
    std::shared_ptr<path_lane> lane_;
    std::shared_ptr<write_pace> pace_;
    packet_splitter splitter_;
    bool greeted_ = false;
    bool no_more_input_ = false;
    std::string fault_;

    // The WRITE whose payload is arriving.
    std::uint32_t write_id_ = 0;
    std::uint32_t write_handle_ = 0;
    std::uint64_t write_offset_ = 0;
    bool write_known_ = false;
};

}  // namespace boxgate::sftp
