#include "tests/support/memory_filesystem.hpp"

#include "tests/support/memory_transfer.hpp"

namespace boxgate::testing {

using namespace storage;
namespace asio = boost::asio;

memory_filesystem::memory_filesystem(std::shared_ptr<memory_tree> tree, std::shared_ptr<block_pool> blocks,
                                     std::string root, bool refuse_case_clash)
    : tree_(std::move(tree)), blocks_(std::move(blocks)), root_(std::move(root)), refuse_clash_(refuse_case_clash) {
    ++tree_->open_filesystems;
}

memory_filesystem::~memory_filesystem() {
    --tree_->open_filesystems;
}

filesystem::task<entry> memory_filesystem::stat(path where) {
    if (auto fault = co_await pass(tree_, verb::stat)) co_return *fault;
    co_return tree_->stat(root_, where);
}

filesystem::task<std::unique_ptr<lister>> memory_filesystem::list(path where) {
    if (auto fault = co_await pass(tree_, verb::list)) co_return *fault;
    auto directory = tree_->directory_id(root_, where);
    if (directory.has_error()) co_return directory.error();
    co_return std::make_unique<memory_lister>(tree_, *directory);
}

filesystem::task<std::unique_ptr<source>> memory_filesystem::open_read(path where) {
    if (auto fault = co_await pass(tree_, verb::open_read)) co_return *fault;
    auto found = tree_->open(root_, where);
    if (found.has_error()) co_return found.error();
    co_return std::make_unique<memory_source>(tree_, blocks_, *found);
}

filesystem::task<std::unique_ptr<sink>> memory_filesystem::open_write(path where, write_mode mode,
                                                                      std::optional<announced_size> size) {
    if (auto fault = co_await pass(tree_, verb::open_write)) co_return *fault;
    auto place = tree_->writable(root_, where, mode, refuse_clash_);
    if (place.has_error()) co_return place.error();
    co_return std::make_unique<memory_sink>(tree_, blocks_, *place, mode, refuse_clash_, size);
}

filesystem::task<entry> memory_filesystem::make_directory(path where) {
    if (auto fault = co_await pass(tree_, verb::make_directory)) co_return *fault;
    co_return tree_->make_directory(root_, where);
}

filesystem::task<void> memory_filesystem::remove_file(path where) {
    if (auto fault = co_await pass(tree_, verb::remove_file)) co_return *fault;
    co_return tree_->remove(root_, where, entry_kind::file);
}

filesystem::task<void> memory_filesystem::remove_directory(path where) {
    if (auto fault = co_await pass(tree_, verb::remove_directory)) co_return *fault;
    co_return tree_->remove(root_, where, entry_kind::directory);
}

filesystem::task<entry> memory_filesystem::rename(path from, path to, bool may_replace) {
    if (auto fault = co_await pass(tree_, verb::rename)) co_return *fault;
    co_return tree_->rename(root_, from, to, may_replace, refuse_clash_);
}

filesystem::task<entry> memory_filesystem::copy(path from, path to) {
    if (auto fault = co_await pass(tree_, verb::copy)) co_return *fault;
    co_return tree_->copy(root_, from, to);
}

filesystem::task<space_info> memory_filesystem::space(path where) {
    if (auto fault = co_await pass(tree_, verb::space)) co_return *fault;
    if (auto found = tree_->stat(root_, where); found.has_error()) co_return found.error();
    co_return tree_->space();
}

memory_provider::memory_provider(std::shared_ptr<block_pool> blocks) : blocks_(std::move(blocks)) {}

void memory_provider::add(std::string identity, std::shared_ptr<memory_tree> tree) {
    const std::lock_guard lock(mutex_);
    trees_[std::move(identity)] = std::move(tree);
}

asio::awaitable<storage::result<std::unique_ptr<filesystem>>> memory_provider::open(mount what, call_context) {
    std::shared_ptr<memory_tree> tree;
    {
        const std::lock_guard lock(mutex_);
        const auto found = trees_.find(what.identity);
        if (found == trees_.end()) co_return failure(errc::denied, "no such identity: " + what.identity);
        tree = found->second;
    }
    if (auto fault = co_await pass(tree, verb::open)) co_return *fault;
    auto root = tree->find_root(what.root, what.create_root);
    if (root.has_error()) co_return root.error();
    co_return std::make_unique<memory_filesystem>(tree, blocks_, *root, what.refuse_case_clash);
}

}  // namespace boxgate::testing
