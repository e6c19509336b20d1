#pragma once

#include "protocol/storage/failure.hpp"

#include <boost/asio/awaitable.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>

namespace boxgate::testing {

/// The calls of the storage port, for counting and for faults. `open` is provider::open.
enum class verb {
    open,
    stat,
    list,
    next,
    open_read,
    read,
    open_write,
    write,
    commit,
    make_directory,
    remove_file,
    remove_directory,
    rename,
    copy,
    space,
};

/// What a test makes go wrong or wait in a memory tree, and what it counted. Any thread may call.
class memory_faults {
public:
    /// The next `times` calls of `which` fail with `what` and do nothing. A commit fails after its gate was asked.
    void fail_next(verb which, storage::failure what, int times = 1);

    /// From now on a read or write that would go past byte `bytes` of its file fails.
    void fail_after(verb which, std::uint64_t bytes, storage::failure what);

    /// Calls of `which` wait until release(). A commit waits behind its gate: it takes effect at release() even if its
    /// caller has gone meanwhile. A caller of any other verb who goes leaves nothing.
    void hold(verb which);
    void release(verb which);
    std::size_t held(verb which) const;  ///< calls waiting, commits without a caller included

    std::size_t calls(verb which) const;
    void forget();  ///< drops planned failures and counts; what is held stays held

    // For the filesystem.
    void count(verb which);
    std::optional<storage::failure> take_failure(verb which);
    std::optional<storage::failure> byte_failure(verb which, std::uint64_t end) const;
    /// Returns when `which` is not held. Runs `job`, if any, exactly once: now, or at release() whoever still waits.
    boost::asio::awaitable<void> wait_turn(verb which, std::function<void()> job = {});

private:
    struct waiter;
    struct place {
        place(verb what, std::function<void()> work, std::shared_ptr<waiter> caller)
            : which(what), job(std::move(work)), who(std::move(caller)) {}

        verb which;
        std::function<void()> job;
        std::shared_ptr<waiter> who;  // null once the caller has gone
    };
    struct plan {
        std::size_t calls = 0;
        int failures = 0;
        storage::failure failure;
        std::optional<std::uint64_t> byte_limit;
        storage::failure byte_failure;
        bool held = false;
    };
    plan& of(verb which) { return plans_[static_cast<std::size_t>(which)]; }
    const plan& of(verb which) const { return plans_[static_cast<std::size_t>(which)]; }

    mutable std::mutex mutex_;
    std::array<plan, static_cast<std::size_t>(verb::space) + 1> plans_;
    std::list<place> line_;
};

}  // namespace boxgate::testing
