#pragma once

#include "protocol/storage/transfer.hpp"
#include "tests/support/memory_tree.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace boxgate::testing {

/// Reads one version of a file, into blocks of `blocks`.
class memory_source final : public storage::source {
public:
    memory_source(std::shared_ptr<memory_tree> tree, std::shared_ptr<storage::block_pool> blocks,
                  memory_tree::version what);
    ~memory_source() override;
    memory_source(const memory_source&) = delete;
    memory_source& operator=(const memory_source&) = delete;

    const storage::entry& info() const override { return version_.info; }
    boost::asio::awaitable<storage::result<storage::block>> read(std::uint64_t offset, std::size_t max) override;
    storage::result<void> check(std::uint64_t offset, std::span<const std::byte> bytes) override;

private:
    const std::shared_ptr<memory_tree> tree_;
    const std::shared_ptr<storage::block_pool> blocks_;
    const memory_tree::version version_;
};

/// Gathers a file and stores it at commit.
class memory_sink final : public storage::sink {
public:
    memory_sink(std::shared_ptr<memory_tree> tree, std::shared_ptr<storage::block_pool> blocks,
                memory_tree::place where, storage::write_mode how, bool refuse_clash,
                std::optional<storage::announced_size> announced);
    ~memory_sink() override;
    memory_sink(const memory_sink&) = delete;
    memory_sink& operator=(const memory_sink&) = delete;

    boost::asio::awaitable<storage::result<void>> write(std::uint64_t offset, storage::block data) override;
    boost::asio::awaitable<storage::result<storage::block>> read_back(std::uint64_t offset, std::size_t max) override;
    std::uint64_t size() const override { return size_; }
    boost::asio::awaitable<storage::result<storage::receipt>> commit(storage::commit_gate gate) override;

private:
    bool has_hole() const;

    const std::shared_ptr<memory_tree> tree_;
    const std::shared_ptr<storage::block_pool> blocks_;
    const memory_tree::place where_;
    const storage::write_mode how_;
    const bool refuse_clash_;
    const std::optional<storage::announced_size> announced_;
    std::string bytes_;
    std::map<std::uint64_t, std::uint64_t> ranges_;  // begin -> end of what was written; apart from each other
    std::uint64_t size_ = 0;
    bool committing_ = false;
    bool stored_ = false;
};

/// Lists a folder page by page. What is there all the time is seen once, whatever else comes and goes.
class memory_lister final : public storage::lister {
public:
    memory_lister(std::shared_ptr<memory_tree> tree, std::string directory);
    ~memory_lister() override;
    memory_lister(const memory_lister&) = delete;
    memory_lister& operator=(const memory_lister&) = delete;

    boost::asio::awaitable<storage::result<std::vector<storage::entry>>> next(std::size_t max) override;

private:
    const std::shared_ptr<memory_tree> tree_;
    const std::string directory_;
    std::string after_;
};

/// Counts the call, waits while the verb is held, and takes the failure planned for it.
boost::asio::awaitable<std::optional<storage::failure>> pass(std::shared_ptr<memory_tree> tree, verb which);

}  // namespace boxgate::testing
