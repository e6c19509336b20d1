#pragma once

#include "box/early_upload.hpp"
#include "box/upload_content.hpp"
#include "box/upload_destination.hpp"
#include "box/worker_context.hpp"
#include "protocol/storage/transfer.hpp"

#include <memory>
#include <optional>

namespace boxgate::box {

/// A file on its way into Box (storage::sink): collects the bytes, then stores them as one POST or as an upload
/// session, whose parts begin to go out while the client still sends if it has said how many bytes there will be.
class uploader final : public storage::sink {
public:
    uploader(std::shared_ptr<worker_context> with, upload_target target, std::optional<storage::announced_size> size);
    ~uploader() override;

    boost::asio::awaitable<storage::result<void>> write(std::uint64_t offset, storage::block data) override;
    boost::asio::awaitable<storage::result<storage::block>> read_back(std::uint64_t offset, std::size_t max) override;
    std::uint64_t size() const override { return content_->size(); }
    boost::asio::awaitable<storage::result<storage::receipt>> commit(storage::commit_gate gate) override;

private:
    storage::result<void> send_early();

    std::shared_ptr<worker_context> with_;
    std::shared_ptr<upload_destination> to_;
    std::optional<storage::announced_size> announced_;
    std::shared_ptr<upload_content> content_;
    std::shared_ptr<early_upload> early_;
    bool may_be_early_;
    bool committed_ = false;
};

}  // namespace boxgate::box
