#include "tests/support/memory_transfer.hpp"

#include <algorithm>
#include <cstring>

namespace boxgate::testing {

using namespace storage;
namespace asio = boost::asio;

asio::awaitable<std::optional<failure>> pass(std::shared_ptr<memory_tree> tree, verb which) {
    tree->faults.count(which);
    co_await tree->faults.wait_turn(which);
    co_return tree->faults.take_failure(which);
}

memory_source::memory_source(std::shared_ptr<memory_tree> tree, std::shared_ptr<block_pool> blocks,
                             memory_tree::version what)
    : tree_(std::move(tree)), blocks_(std::move(blocks)), version_(std::move(what)) {
    ++tree_->open_sources;
}

memory_source::~memory_source() {
    --tree_->open_sources;
}

storage::result<void> memory_source::check(std::uint64_t, std::span<const std::byte> bytes) {
    tree_->checked += bytes.size();
    if (tree_->damaged) return failure(errc::changed, "the content is damaged");
    return storage::result<void>();
}

asio::awaitable<storage::result<block>> memory_source::read(std::uint64_t offset, std::size_t max) {
    if (auto fault = co_await pass(tree_, verb::read)) co_return *fault;
    const auto& data = *version_.data;
    if (offset >= data.size) co_return block();
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>({max, block::capacity, data.size - offset}));
    if (auto fault = tree_->faults.byte_failure(verb::read, offset + n)) co_return *fault;
    auto taken = co_await blocks_->acquire(std::chrono::seconds(30));
    if (!taken) co_return failure(errc::timeout, "no transfer memory became free");
    const auto into = taken->room().first(n);
    if (tree_->discards()) {
        pattern(offset, into);
    } else {
        std::memcpy(into.data(), data.bytes.data() + offset, n);
    }
    taken->grow(n);
    co_return std::move(*taken);
}

memory_sink::memory_sink(std::shared_ptr<memory_tree> tree, std::shared_ptr<block_pool> blocks,
                         memory_tree::place where, write_mode how, bool refuse_clash,
                         std::optional<announced_size> announced)
    : tree_(std::move(tree)),
      blocks_(std::move(blocks)),
      where_(std::move(where)),
      how_(how),
      refuse_clash_(refuse_clash),
      announced_(announced) {
    ++tree_->open_sinks;
}

memory_sink::~memory_sink() {
    --tree_->open_sinks;
    if (!stored_) ++tree_->dropped_sinks;
}

asio::awaitable<storage::result<void>> memory_sink::write(std::uint64_t offset, block data) {
    if (auto fault = co_await pass(tree_, verb::write)) co_return *fault;
    if (committing_) co_return failure(errc::internal, "written after the commit");
    const auto n = data.size();
    if (n == 0) co_return storage::result<void>();
    auto end = offset + n;
    if (auto fault = tree_->faults.byte_failure(verb::write, end)) co_return *fault;
    if (!tree_->discards()) {
        constexpr std::uint64_t most = std::uint64_t{1} << 30;
        if (end > most) co_return failure(errc::too_large, "a memory file holds at most 1 GiB");
        if (bytes_.size() < end) bytes_.resize(end);
        std::memcpy(bytes_.data() + offset, data.bytes().data(), n);
    }
    size_ = std::max(size_, end);
    auto begin = offset;
    auto at = ranges_.upper_bound(begin);
    if (at != ranges_.begin() && std::prev(at)->second >= begin) --at;
    while (at != ranges_.end() && at->first <= end) {
        begin = std::min(begin, at->first);
        end = std::max(end, at->second);
        at = ranges_.erase(at);
    }
    ranges_[begin] = end;
    co_return storage::result<void>();
}

asio::awaitable<storage::result<block>> memory_sink::read_back(std::uint64_t offset, std::size_t max) {
    if (offset >= size_) co_return block();
    auto at = ranges_.upper_bound(offset);
    const bool is_there = !tree_->discards() && at != ranges_.begin() && (--at)->second > offset;
    if (!is_there) co_return failure(errc::not_supported, "this part of the file has not been written");
    auto taken = co_await blocks_->acquire(std::chrono::seconds(30));
    if (!taken) co_return failure(errc::timeout, "no transfer memory became free");
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>({max, block::capacity, at->second - offset}));
    std::memcpy(taken->room().data(), bytes_.data() + offset, n);
    taken->grow(n);
    co_return std::move(*taken);
}

bool memory_sink::has_hole() const {
    if (ranges_.empty()) return false;
    return ranges_.size() != 1 || ranges_.begin()->first != 0;
}

asio::awaitable<storage::result<receipt>> memory_sink::commit(commit_gate gate) {
    tree_->faults.count(verb::commit);
    if (std::exchange(committing_, true)) co_return failure(errc::internal, "committed twice");
    if (!gate) co_return failure(errc::internal, "a commit needs a gate");
    if (has_hole()) co_return failure(errc::aborted, "a part of the file was never written");
    if (announced_ && announced_->binding && announced_->bytes != size_) {
        co_return failure(errc::aborted, "the file is not as long as was announced");
    }
    if (!gate()) co_return failure(errc::aborted, "the file is no longer wanted");
    // From here on the outcome no longer depends on this sink or its caller.
    const auto data = std::make_shared<memory_content>();
    data->size = size_;
    if (!tree_->discards()) {
        data->sha1 = sha1_of(bytes_);
        data->bytes = std::move(bytes_);
    }
    using outcome = std::optional<storage::result<receipt>>;
    const auto stored = std::make_shared<outcome>();
    std::function<void()> job = [tree = tree_, where = where_, how = how_, clash = refuse_clash_, data, stored] {
        if (auto fault = tree->faults.take_failure(verb::commit)) {
            stored->emplace(*fault);
        } else {
            stored->emplace(tree->store(where, how, clash, data));
        }
    };
    co_await tree_->faults.wait_turn(verb::commit, std::move(job));
    stored_ = (*stored)->has_value();
    co_return std::move(**stored);
}

memory_lister::memory_lister(std::shared_ptr<memory_tree> tree, std::string directory)
    : tree_(std::move(tree)), directory_(std::move(directory)) {
    ++tree_->open_listers;
}

memory_lister::~memory_lister() {
    --tree_->open_listers;
}

asio::awaitable<storage::result<std::vector<entry>>> memory_lister::next(std::size_t max) {
    if (auto fault = co_await pass(tree_, verb::next)) co_return *fault;
    constexpr std::size_t box_page = 1000;
    co_return tree_->page(directory_, after_, std::min(max, box_page));
}

}  // namespace boxgate::testing
