#pragma once

#include "protocol/storage/observed_filesystem.hpp"
#include "protocol/storage/transfer.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace boxgate::storage {

/// One operation while it is under way, and what is told of it at its end.
struct observed_filesystem::observer {
    observer(call_context whose, const runtime::log& to_log, runtime::telemetry& to_counts)
        : who(std::move(whose)), log(to_log), counts(to_counts) {}

    struct outcome {
        outcome() = default;
        explicit outcome(const failure& why)
            : word(to_string(why.code)), reason(why.detail), request_id(why.box_request_id) {}

        std::string_view word = "ok";
        std::string reason;
        std::string request_id;
        std::string box_id;
        std::string sha1;
        std::int64_t bytes = -1;  ///< below 0: not told
        std::string target;       ///< of a rename or a copy
    };

    void tell(std::string_view verb, const path& where, std::chrono::steady_clock::time_point since,
              const outcome& what) const;

    const call_context who;
    const runtime::log& log;
    runtime::telemetry& counts;
};

/// Counts what is read, and tells at its own end.
class observed_source final : public source {
public:
    observed_source(std::unique_ptr<source> inner, path where, std::shared_ptr<const observed_filesystem::observer> to);
    ~observed_source() override;

    const entry& info() const override { return inner_->info(); }
    boost::asio::awaitable<result<block>> read(std::uint64_t offset, std::size_t max) override;
    result<void> check(std::uint64_t offset, std::span<const std::byte> bytes) override;
    void note_failure(const failure& why) override;

private:
    std::unique_ptr<source> inner_;
    const path where_;
    const std::shared_ptr<const observed_filesystem::observer> observer_;
    const std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
    std::uint64_t bytes_ = 0;
    bool end_seen_ = inner_->info().size == 0;
    std::optional<failure> failure_;  // of the storage
    std::string why_incomplete_;
};

/// Counts what is written, and tells at the commit, or at its own end if there was none.
class observed_sink final : public sink {
public:
    observed_sink(std::unique_ptr<sink> inner, path where, std::shared_ptr<const observed_filesystem::observer> to);
    ~observed_sink() override;

    boost::asio::awaitable<result<void>> write(std::uint64_t offset, block data) override;
    boost::asio::awaitable<result<block>> read_back(std::uint64_t offset, std::size_t max) override {
        return inner_->read_back(offset, max);
    }
    std::uint64_t size() const override { return inner_->size(); }
    boost::asio::awaitable<result<receipt>> commit(commit_gate gate) override;
    void note_failure(const failure& why) override;
    void withdraw() override { told_ = true; }

private:
    std::unique_ptr<sink> inner_;
    const path where_;
    const std::shared_ptr<const observed_filesystem::observer> observer_;
    const std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
    bool told_ = false;
    std::optional<failure> failure_;
};

}  // namespace boxgate::storage
