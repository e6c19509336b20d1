#include "tests/conformance/fixture.hpp"
#include "tests/support/memory_filesystem.hpp"

#include <cstdio>

namespace boxgate::testing {

namespace {

class memory_fixture final : public fixture {
public:
    boost::asio::io_context& context() override { return context_; }
    const std::shared_ptr<storage::block_pool>& blocks() override { return blocks_; }

    std::unique_ptr<storage::filesystem> open(bool refuse_case_clash) override {
        return std::make_unique<memory_filesystem>(tree_, blocks_, memory_tree::root_id, refuse_case_clash);
    }

    std::optional<std::string> stored(std::string_view path) override {
        // The tree folds names when it looks them up; what was asked for is the exact one.
        const auto where = storage::path::parse(path).value();
        if (!tree_->exists(path) || tree_->find(path).is_directory()) return std::nullopt;
        if (tree_->find(path).name != where.name()) return std::nullopt;
        return tree_->bytes(path);
    }

    void seed_files(std::string_view directory, std::size_t count) override {
        tree_->add_directory(directory);
        for (std::size_t i = 0; i < count; ++i) {
            char name[32];
            std::snprintf(name, sizeof name, "/file %04zu.txt", i);
            tree_->add_file(std::string(directory) + name, name);
        }
    }

    void refuse_next_store() override {
        tree_->faults.fail_next(verb::commit, storage::failure(storage::errc::denied, "refused by the test"));
    }

    std::string leftovers() override {
        const auto sinks = tree_->open_sinks.load();
        return sinks > 0 ? "open sinks " + std::to_string(sinks) : std::string();
    }

    std::optional<std::size_t> large() const override { return std::nullopt; }

private:
    boost::asio::io_context context_;
    std::shared_ptr<storage::block_pool> blocks_ = storage::block_pool::create(0);
    std::shared_ptr<memory_tree> tree_ = std::make_shared<memory_tree>();
};

}  // namespace

std::unique_ptr<fixture> make_fixture() {
    return std::make_unique<memory_fixture>();
}

}  // namespace boxgate::testing
