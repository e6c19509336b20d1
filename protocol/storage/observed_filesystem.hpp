#pragma once

#include "conf/runtime/log.hpp"
#include "conf/runtime/telemetry.hpp"
#include "protocol/storage/call_context.hpp"
#include "protocol/storage/filesystem.hpp"
#include "protocol/storage/provider.hpp"

#include <memory>

namespace boxgate::storage {

/// A filesystem that tells what is done with it: one log line and one count for each operation, whatever came of it.
/// Events are upload, download, list, mkdir, delete, rmdir, rename, copy, and, at debug level, stat and space. A line
/// has session, login, peer, protocol, path, outcome ("ok" or a storage::errc) and ms; bytes, box_id, box_request_id
/// and, of what was stored, sha1 where there are such; reason where it failed. An upload that is dropped before its
/// commit is "aborted"; a download whose end was not reached is "incomplete"; both with the reason, if one was noted.
class observed_filesystem final : public filesystem {
public:
    /// `log` and `counts` outlive the filesystem and what it opened.
    observed_filesystem(std::unique_ptr<filesystem> inner, call_context who, const runtime::log& log,
                        runtime::telemetry& counts);

    task<entry> stat(path where) override;
    task<std::unique_ptr<lister>> list(path where) override;
    task<std::unique_ptr<source>> open_read(path where) override;
    task<std::unique_ptr<sink>> open_write(path where, write_mode mode, std::optional<announced_size> size) override;
    task<entry> make_directory(path where) override;
    task<void> remove_file(path where) override;
    task<void> remove_directory(path where) override;
    task<entry> rename(path from, path to, bool may_replace) override;
    task<entry> copy(path from, path to) override;
    task<space_info> space(path where) override;
    void note_refusal(std::string_view verb, const path& where, const failure& why) override;

    struct observer;

private:
    std::unique_ptr<filesystem> inner_;
    std::shared_ptr<const observer> observer_;
};

/// A provider whose filesystems are observed.
class observed_provider final : public provider {
public:
    observed_provider(std::unique_ptr<provider> inner, const runtime::log& log, runtime::telemetry& counts)
        : inner_(std::move(inner)), log_(log), counts_(counts) {}

    boost::asio::awaitable<result<std::unique_ptr<filesystem>>> open(mount what, call_context context) override;

private:
    std::unique_ptr<provider> inner_;
    const runtime::log& log_;
    runtime::telemetry& counts_;
};

}  // namespace boxgate::storage
