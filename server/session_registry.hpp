#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

namespace boxgate::server {

/// The sessions of one worker, so that they can be asked to end. Used on the worker's thread; only size() may be called
/// from elsewhere.
class session_registry {
public:
    enum class end { when_idle, now };
    using stop_function = std::function<void(end)>;

    /// Keeps a session's place while it runs; leaving is the destructor's work. Must not outlive the registry.
    class place {
    public:
        place(session_registry& registry, std::uint64_t id) : registry_(&registry), id_(id) {}
        place(place&& other) noexcept : registry_(std::exchange(other.registry_, nullptr)), id_(other.id_) {}
        place& operator=(place&&) = delete;
        ~place();

    private:
        session_registry* registry_;
        std::uint64_t id_;
    };

    place add(stop_function stop);

    /// Asks every session to end, now or as soon as it has nothing under way; and every later one too.
    void stop_all(end how);

    std::size_t size() const { return size_.load(std::memory_order_relaxed); }

private:
    std::map<std::uint64_t, stop_function> sessions_;
    std::uint64_t next_id_ = 0;
    std::atomic<std::size_t> size_ = 0;
};

}  // namespace boxgate::server
