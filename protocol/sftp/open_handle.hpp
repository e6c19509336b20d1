#pragma once

#include "protocol/sftp/request.hpp"
#include "protocol/sftp/workplace.hpp"
#include "protocol/storage/entry.hpp"
#include "protocol/storage/path.hpp"

#include <boost/asio/awaitable.hpp>

#include <deque>
#include <functional>
#include <memory>

namespace boxgate::sftp {

/// What a client's handle stands for. Its requests are served in order by one coroutine, which runs only while there
/// are any; those of other handles run beside it.
class open_handle : public std::enable_shared_from_this<open_handle> {
public:
    open_handle(std::shared_ptr<workplace> where, storage::path opened)
        : place_(std::move(where)), path_(std::move(opened)) {}
    virtual ~open_handle() = default;
    open_handle(const open_handle&) = delete;
    open_handle& operator=(const open_handle&) = delete;

    const storage::path& path() const { return path_; }

    /// Takes a READ or READDIR, or refuses it.
    void enqueue(request what);
    /// Takes the CLOSE. `on_closed` is called right before its reply.
    void close(std::uint32_t id, std::function<void()> on_closed);
    bool closing() const { return closing_; }

    /// Whether READ works on it.
    virtual bool is_readable() const { return false; }
    /// What FSTAT shows.
    virtual storage::entry stat() const = 0;
    /// FSETSTAT: why it is refused, or nothing.
    virtual std::optional<storage::failure> set_attributes(const attributes& wanted) = 0;
    /// Gives back memory kept in case the client goes on; called now and then.
    void trim() {
        if (!running_) release_memory();
    }

protected:
    /// Whether `what` is something this handle can do; serve() is called for nothing else.
    virtual bool accepts(verb) const { return false; }
    virtual boost::asio::awaitable<void> serve(request) { co_return; }
    virtual void release_memory() {}
    /// Answers the CLOSE through finish_close().
    virtual boost::asio::awaitable<void> serve_close(std::uint32_t id) = 0;
    /// Called when nothing is left to do for now.
    virtual void rested() {}

    /// Drops the handle; the reply comes next.
    void finish_close() {
        if (on_closed_) on_closed_();
    }
    workplace& place() const { return *place_; }
    const std::shared_ptr<workplace>& shared_place() const { return place_; }
    /// Makes sure that the coroutine runs. It does work() while there is work_left(), and requests after that.
    void run();
    virtual bool work_left() const { return false; }
    virtual boost::asio::awaitable<void> work() { co_return; }

private:
    struct item {
        item(request asked, ticket number) : what(std::move(asked)), counted(std::move(number)) {}
        request what;
        ticket counted;
    };
    boost::asio::awaitable<void> serve_all(std::shared_ptr<open_handle> self);

    std::shared_ptr<workplace> place_;
    storage::path path_;
    std::deque<item> queue_;
    std::function<void()> on_closed_;
    bool closing_ = false;
    bool running_ = false;
};

}  // namespace boxgate::sftp
