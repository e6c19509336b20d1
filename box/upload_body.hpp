#pragma once

#include "box/http/message.hpp"
#include "box/http/multipart.hpp"
#include "box/upload_content.hpp"
#include "protocol/storage/block.hpp"

#include <functional>
#include <memory>

namespace boxgate::box {

/// A range of an upload's content as a request body, framed as Box's form where a frame is given. Holds one block while
/// it is being sent.
class upload_body final : public http::body_source {
public:
    /// `may_finish` is asked before the last piece goes out: that is the point of no return of a direct upload. No: the
    /// connection is broken, and Box has stored nothing.
    using permission = std::function<bool()>;

    upload_body(std::shared_ptr<upload_content> content, std::uint64_t offset, std::uint64_t length,
                std::shared_ptr<storage::block_pool> blocks)
        : content_(std::move(content)), offset_(offset), length_(length), blocks_(std::move(blocks)) {}
    upload_body(std::shared_ptr<upload_content> content, http::multipart_frame frame, permission may_finish,
                std::shared_ptr<storage::block_pool> blocks);

    /// `wanted` is asked before each piece of the content; no breaks the request off.
    void only_while(permission wanted) { wanted_ = std::move(wanted); }

    std::uint64_t length() const override { return prefix_.size() + length_ + suffix_.size(); }
    boost::asio::awaitable<storage::result<std::span<const std::byte>>> next() override;
    bool rewind() override;

private:
    enum class stage { prefix, content, suffix, end };

    std::shared_ptr<upload_content> content_;
    std::uint64_t offset_ = 0;
    std::uint64_t length_ = 0;
    std::shared_ptr<storage::block_pool> blocks_;
    std::string prefix_;
    std::string suffix_;
    permission may_finish_;
    permission wanted_;
    stage stage_ = stage::prefix;
    std::uint64_t sent_ = 0;
    storage::block current_;
};

}  // namespace boxgate::box
