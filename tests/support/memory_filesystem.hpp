#pragma once

#include "protocol/storage/block.hpp"
#include "protocol/storage/provider.hpp"
#include "tests/support/memory_tree.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace boxgate::testing {

/// The storage port over a memory_tree: one session's view of it. Faults, waiting and counts are the tree's.
class memory_filesystem final : public storage::filesystem {
public:
    /// `root` is the id of the folder that is "/" here.
    memory_filesystem(std::shared_ptr<memory_tree> tree, std::shared_ptr<storage::block_pool> blocks,
                      std::string root = memory_tree::root_id, bool refuse_case_clash = true);
    ~memory_filesystem() override;
    memory_filesystem(const memory_filesystem&) = delete;
    memory_filesystem& operator=(const memory_filesystem&) = delete;

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
    const std::shared_ptr<memory_tree> tree_;
    const std::shared_ptr<storage::block_pool> blocks_;
    const std::string root_;
    const bool refuse_clash_;
};

/// A provider whose identities are memory trees. Workers may share the trees, each with a provider of its own, or share
/// one provider.
class memory_provider final : public storage::provider {
public:
    explicit memory_provider(std::shared_ptr<storage::block_pool> blocks);

    /// Makes `identity` known. Others are denied.
    void add(std::string identity, std::shared_ptr<memory_tree> tree);

    /// Counted and made to fail through the tree's faults as verb::open.
    boost::asio::awaitable<storage::result<std::unique_ptr<storage::filesystem>>> open(
        storage::mount what, storage::call_context context) override;

private:
    const std::shared_ptr<storage::block_pool> blocks_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<memory_tree>> trees_;
};

}  // namespace boxgate::testing
