#include "tests/fuzz/sftp_session.hpp"

#include "protocol/sftp/server.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/support/memory_filesystem.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>

namespace boxgate::fuzz {

namespace {

constexpr std::size_t longest_answer = 300 * 1024;

class session {
public:
    session() {
        tree_->add_file("/d/file", std::string(40'000, 'x'));
        tree_->add_file("/f", std::string("content"));
        sftp::options limits;
        limits.max_handles = 16;
        limits.memory_patience = std::chrono::seconds(0);
        storage::call_context who("s", "ann", "192.0.2.1", "sftp");
        server_ = std::make_unique<sftp::server>(context_.get_executor(),
                                                 std::make_unique<testing::memory_filesystem>(tree_, blocks()),
                                                 blocks(), std::move(limits), std::move(who), silent(), [] {});
    }

    ~session() {
        server_.reset();
        work();
        require(tree_->open_sinks == 0 && tree_->open_sources == 0 && tree_->open_listers == 0, "all is closed");
        require(blocks()->blocks_in_use() == 0, "all memory is given back");
    }

    void say(std::string_view bytes) {
        // What is not taken now is offered again as long as something moves.
        for (int idle = 0; !bytes.empty() && idle < 3; ++idle) {
            const auto taken = server_->feed(std::as_bytes(std::span(bytes)));
            bytes.remove_prefix(taken);
            if (taken > 0) idle = 0;
            work();
            take_answers();
        }
    }

private:
    // One for all runs: its memory is what costs time.
    static std::shared_ptr<storage::block_pool>& blocks() {
        static auto pool = storage::block_pool::create(8 * storage::block::capacity);
        return pool;
    }
    static const runtime::log& silent() {
        static const runtime::log log(runtime::log_format::json, runtime::log_level::debug, [](std::string_view) {});
        return log;
    }

    void work() {
        context_.restart();
        context_.poll();
    }

    void take_answers() {
        for (auto out = server_->next_output(); !out.empty(); out = server_->next_output()) {
            answers_.append(reinterpret_cast<const char*>(out.data()), out.size());
            server_->sent(out.size());
        }
        for (;;) {
            sftp::reader from(std::as_bytes(std::span(answers_)));
            const std::size_t length = from.u32();
            if (!from.ok()) return;
            require(length > 0 && length < longest_answer, "an answer is a packet");
            if (from.left() < length) return;
            answers_.erase(0, 4 + length);
        }
    }

    boost::asio::io_context context_{1};
    std::shared_ptr<testing::memory_tree> tree_ = std::make_shared<testing::memory_tree>();
    std::unique_ptr<sftp::server> server_;
    std::string answers_;
};

}  // namespace

void run_sftp_session(const std::string& bytes) {
    session one;
    one.say(std::string("\0\0\0\x05\x01\0\0\0\x03", 9));
    std::size_t slice = 1;
    for (std::size_t at = 0; at < bytes.size(); at += slice, slice = slice * 2 % 4099) {
        one.say(std::string_view(bytes).substr(at, slice));
    }
}

}  // namespace boxgate::fuzz
