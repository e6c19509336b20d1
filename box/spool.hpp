#pragma once

#include "box/spool_budget.hpp"
#include "box/spool_file.hpp"
#include "conf/settings/settings.hpp"

#include <filesystem>
#include <memory>

namespace boxgate::box {

/// Where uploads wait until Box has them: on disk or in memory, bounded in total. What is written is first taken out of
/// the budget; the files themselves do not know it.
class spool {
public:
    spool(conf::spool_mode mode, std::filesystem::path directory, std::uint64_t max_size, runtime::telemetry& counts)
        : mode_(mode), directory_(std::move(directory)), budget_(max_size, counts) {}

    /// A new, empty file. Blocks; errc::quota, internal.
    storage::result<std::unique_ptr<spool_file>> create() {
        if (mode_ == conf::spool_mode::memory) return make_memory_spool_file();
        return make_disk_spool_file(directory_);
    }

    spool_budget& budget() { return budget_; }
    std::uint64_t bytes_in_use() const { return budget_.in_use(); }

private:
    const conf::spool_mode mode_;
    const std::filesystem::path directory_;
    spool_budget budget_;
};

}  // namespace boxgate::box
