#pragma once

#include "box/session_upload.hpp"
#include "box/tree.hpp"
#include "box/upload_content.hpp"
#include "box/worker_context.hpp"
#include "protocol/storage/filesystem.hpp"

#include <memory>
#include <optional>
#include <string>

namespace boxgate::box {

/// Where and how an upload is to be stored; fixed when the file is opened.
struct upload_target {
    upload_target(std::shared_ptr<tree> of_tree, std::string root, storage::path where, storage::write_mode how,
                  bool refuses_case_clash, tree::upload_place found_place)
        : in(std::move(of_tree)),
          root_id(std::move(root)),
          path(std::move(where)),
          mode(how),
          refuse_case_clash(refuses_case_clash),
          place(std::move(found_place)) {}

    std::shared_ptr<tree> in;
    std::string root_id;
    storage::path path;
    storage::write_mode mode;
    bool refuse_case_clash;
    tree::upload_place place;
};

/// A file on its way into Box (storage::sink): collects the bytes, then stores them as one POST or as an upload
/// session.
class uploader final : public storage::sink {
public:
    uploader(std::shared_ptr<worker_context> with, upload_target target, std::optional<storage::announced_size> size);
    ~uploader() override;

    boost::asio::awaitable<storage::result<void>> write(std::uint64_t offset, storage::block data) override;
    std::uint64_t size() const override { return content_->size(); }
    boost::asio::awaitable<storage::result<storage::receipt>> commit(storage::commit_gate gate) override;

private:
    std::shared_ptr<worker_context> with_;
    upload_target target_;
    std::optional<storage::announced_size> announced_;
    std::shared_ptr<upload_content> content_;
    bool committed_ = false;
};

}  // namespace boxgate::box
