#pragma once

#include "box/tree.hpp"
#include "box/worker_context.hpp"
#include "protocol/storage/filesystem.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace boxgate::box {

/// Where and how an upload is to be stored; fixed when the file is opened.
struct upload_target {
    upload_target(std::shared_ptr<tree> of_tree, std::string root, storage::path where, storage::write_mode how,
                  bool refuses_case_clash, tree::upload_place found_place)
        : in(std::move(of_tree)),
          root_id(std::move(root)),
          path(std::move(where)),
          mode(how),
          refuse_case_clash(refuses_case_clash),
          place(std::move(found_place)) {}

    std::shared_ptr<tree> in;
    std::string root_id;
    storage::path path;
    storage::write_mode mode;
    bool refuse_case_clash;
    tree::upload_place place;
};

/// The place of an upload as it is known now, and what Box's refusals teach about it: a name that is taken becomes a
/// new version where that is allowed, a stale id or etag is looked up once more. Belongs to the worker.
class upload_destination {
public:
    upload_destination(std::shared_ptr<worker_context> with, upload_target target)
        : with_(std::move(with)), target_(std::move(target)) {}

    const std::shared_ptr<identity>& who() const { return target_.in->who(); }
    const storage::path& path() const { return target_.path; }
    const std::string& parent_id() const { return target_.place.parent_id; }
    const std::string& name() const { return target_.place.name; }

    /// A file that is to get a new version.
    const std::optional<api::item>& existing() const { return target_.place.existing; }
    std::string known_etag() const { return existing() ? existing()->etag : std::string(); }

    /// What to make of an answer of 400 or more to a call that stores: nullopt if the place has changed, or Box asks
    /// for patience, so that another try may do better; else the failure.
    boost::asio::awaitable<std::optional<storage::failure>> judge(http::response refusal);

    /// An upload session for a file of `size` bytes, for a new file or a new version as it turns out. Fails as judge()
    /// does; what may pass is tried again within upload_patience, as long as `wanted`.
    boost::asio::awaitable<storage::result<api::upload_session>> open_session(std::uint64_t size,
                                                                              std::function<bool()> wanted);

    /// The file of this name as Box has it now, with size and SHA-1. not_found.
    boost::asio::awaitable<storage::result<api::item>> look();

    // What the cache is to know.
    boost::asio::awaitable<void> learned(api::item stored);
    boost::asio::awaitable<void> forget(api::item changed);

private:
    boost::asio::awaitable<std::optional<storage::failure>> judge_conflict(api::item other);
    boost::asio::awaitable<std::optional<storage::failure>> resolve_again();

    std::shared_ptr<worker_context> with_;
    upload_target target_;
    unsigned resolved_ = 0;
};

}  // namespace boxgate::box
