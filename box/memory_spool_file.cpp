#include "box/spool_file.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>

namespace boxgate::box {

using storage::errc;
using storage::failure;
using storage::result;

namespace {

constexpr std::size_t page_size = 256 * 1024;

class memory_spool_file final : public spool_file {
public:
    result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) override {
        return each(offset, bytes.size(),
                    [&](std::uint64_t number, std::size_t begin, std::size_t from, std::size_t n) {
                        std::memcpy(page(number) + begin, bytes.data() + from, n);
                        return true;
                    });
    }

    result<void> read(std::uint64_t offset, std::span<std::byte> into) const override {
        return each(offset, into.size(), [&](std::uint64_t number, std::size_t begin, std::size_t from, std::size_t n) {
            const auto held = find(number);
            if (held) std::memcpy(into.data() + from, held.get() + begin, n);
            return held != nullptr;
        });
    }

    // Only whole pages go; a part has many.
    bool discard(std::uint64_t offset, std::uint64_t length) override {
        const std::lock_guard lock(mutex_);
        const auto first = (offset + page_size - 1) / page_size;
        const auto last = (offset + length) / page_size;
        if (first < last) pages_.erase(pages_.lower_bound(first), pages_.lower_bound(last));
        return true;
    }

private:
    template <class Visit>
    static result<void> each(std::uint64_t offset, std::size_t size, Visit visit) {
        for (std::size_t done = 0; done < size;) {
            const auto begin = static_cast<std::size_t>((offset + done) % page_size);
            const auto n = std::min(page_size - begin, size - done);
            if (!visit((offset + done) / page_size, begin, done, n)) {
                return failure(errc::internal, "the spool does not hold what is to be read");
            }
            done += n;
        }
        return result<void>();
    }

    // The lock is for the map: what lies in a page is not read while it is written.
    std::byte* page(std::uint64_t number) {
        const std::lock_guard lock(mutex_);
        auto& held = pages_[number];
        if (!held) held = std::make_shared_for_overwrite<std::byte[]>(page_size);
        return held.get();
    }
    // Held by the reader, for a page may be discarded under it.
    std::shared_ptr<const std::byte[]> find(std::uint64_t number) const {
        const std::lock_guard lock(mutex_);
        const auto at = pages_.find(number);
        return at == pages_.end() ? nullptr : at->second;
    }

    mutable std::mutex mutex_;
    std::map<std::uint64_t, std::shared_ptr<std::byte[]>> pages_;
};

}  // namespace

std::unique_ptr<spool_file> make_memory_spool_file() {
    return std::make_unique<memory_spool_file>();
}

}  // namespace boxgate::box
