#pragma once

#include "box/event_watch.hpp"
#include "box/tree.hpp"
#include "box/worker_context.hpp"
#include "protocol/storage/call_context.hpp"
#include "protocol/storage/filesystem.hpp"

#include <memory>
#include <string>

namespace boxgate::box {

/// One session's view of one identity's tree below a root folder (storage::filesystem). Names are resolved on the
/// control thread; content moves on the session's worker.
class box_filesystem final : public storage::filesystem {
public:
    box_filesystem(std::shared_ptr<worker_context> with, std::shared_ptr<tree> in, std::string root_id,
                   event_watch::lease watched, bool refuse_case_clash, conf::rename_over rename_over,
                   storage::call_context context);

    task<storage::entry> stat(storage::path where) override;
    task<std::unique_ptr<storage::lister>> list(storage::path where) override;
    task<std::unique_ptr<storage::source>> open_read(storage::path where) override;
    task<std::unique_ptr<storage::sink>> open_write(storage::path where, storage::write_mode mode,
                                                    std::optional<storage::announced_size> size) override;
    task<storage::entry> make_directory(storage::path where) override;
    task<void> remove_file(storage::path where) override;
    task<void> remove_directory(storage::path where) override;
    task<storage::entry> rename(storage::path from, storage::path to, bool may_replace) override;
    task<storage::entry> copy(storage::path from, storage::path to) override;
    task<storage::space_info> space(storage::path where) override;

private:
    template <class T>
    task<T> on_control(boost::asio::awaitable<storage::result<T>> work);
    task<storage::entry> shown(boost::asio::awaitable<storage::result<api::item>> work);

    std::shared_ptr<worker_context> with_;
    std::shared_ptr<tree> tree_;
    std::string root_id_;
    event_watch::lease watched_;  // of the identity's events, as long as there is a session
    bool refuse_case_clash_;
    conf::rename_over rename_over_;
    storage::call_context context_;
};

}  // namespace boxgate::box
