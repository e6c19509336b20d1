#pragma once

#include "box/api/types.hpp"
#include "box/tree.hpp"
#include "box/worker_context.hpp"
#include "protocol/storage/filesystem.hpp"

#include <memory>

namespace boxgate::box {

/// A renaming over an existing file that keeps that file's id, links and history: it gets the content of the other one
/// as a new version, and then the other one is removed. Runs on the worker. Where the removal fails and the other one
/// is there still, the version before is brought back; where nobody can tell whether it is, the new version stays.
class content_move {
public:
    content_move(std::shared_ptr<worker_context> with, std::shared_ptr<tree> in, api::item source)
        : with_(std::move(with)), tree_(std::move(in)), source_(std::move(source)) {}

    /// `from` and `to` are the two files as `by` sees them. Both `by` and this outlive the call.
    boost::asio::awaitable<storage::result<storage::entry>> run(storage::filesystem& by, storage::path from,
                                                                storage::path to);

    /// After a failure: the source was no longer what it was taken for, and all is as before. Found once more by its
    /// name it may be renamed.
    bool is_stale() const { return stale_; }

private:
    boost::asio::awaitable<storage::result<storage::receipt>> bring_over(storage::filesystem& by, storage::path from,
                                                                         storage::path to);
    boost::asio::awaitable<bool> take_back(storage::receipt stored);

    std::shared_ptr<worker_context> with_;
    std::shared_ptr<tree> tree_;
    api::item source_;
    bool stale_ = false;
};

}  // namespace boxgate::box
