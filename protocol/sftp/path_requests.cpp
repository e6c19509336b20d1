#include "protocol/sftp/path_requests.hpp"

#include "protocol/sftp/answers.hpp"
#include "protocol/sftp/directory.hpp"
#include "protocol/sftp/download.hpp"
#include "protocol/sftp/file_hash.hpp"
#include "protocol/sftp/open_plan.hpp"
#include "protocol/sftp/set_attributes.hpp"
#include "protocol/sftp/upload.hpp"

namespace boxgate::sftp {

namespace asio = boost::asio;
using storage::errc;

asio::awaitable<void> path_requests::serve(request what, storage::path path, storage::path target) {
    const auto self = shared_from_this();
    outcome done;
    switch (what.row->what) {
        case verb::open:
            done = co_await open(what, path);
            break;
        case verb::opendir:
            done = co_await open_directory(what, path);
            break;
        case verb::stat:
        case verb::lstat:
            done = co_await stat(what, path);
            break;
        case verb::setstat:
            done = co_await set_stat(what, path);
            break;
        case verb::statvfs:
        case verb::fstatvfs:
            done = co_await space(what, path);
            break;
        case verb::check_name:
            done = co_await hash(what, path);
            break;
        default:
            done = co_await change(what, path, target);
    }
    if (done.has_error()) place_->replies.failed(what.id, done.error());
}

// A file that this session is writing is seen as far as it has come, though Box does not have it yet.
asio::awaitable<storage::result<storage::entry>> path_requests::look(const storage::path& path) {
    if (const auto* written = handles_->upload_at(path)) co_return written->stat();
    co_return co_await place_->files->stat(path);
}

storage::failure path_requests::too_many_open() const {
    const auto most = std::to_string(place_->limits.max_handles);
    return storage::failure(errc::busy, "this session has " + most + " files open already; close some first");
}

asio::awaitable<path_requests::outcome> path_requests::stat(const request& what, const storage::path& path) {
    const auto seen = co_await look(path);
    if (seen.has_error()) co_return seen.error();
    answer_attributes(place_->replies, what.id, *seen, place_->limits);
    co_return outcome();
}

asio::awaitable<path_requests::outcome> path_requests::set_stat(const request& what, const storage::path& path) {
    const auto seen = co_await look(path);
    if (seen.has_error()) co_return seen.error();
    if (const auto refused = refusal(what.attrs, seen->size, place_->limits.ignore_times)) co_return *refused;
    place_->replies.ok(what.id);
    co_return outcome();
}

asio::awaitable<path_requests::outcome> path_requests::open(const request& what, const storage::path& path) {
    if (!handles_->has_room(place_->limits.max_handles)) co_return too_many_open();
    const handle_table::reservation mine(*handles_);
    if (what.number & open_flag::write) co_return co_await open_for_writing(what, path);
    if (handles_->upload_at(path)) {
        co_return storage::failure(errc::busy, "the file is being written by this session; close it first");
    }
    auto source = co_await place_->files->open_read(path);
    if (source.has_error()) co_return source.error();
    auto opened = std::make_shared<download>(place_, path, std::move(*source));
    place_->replies.handle(what.id, handles_->add(std::move(opened)));
    co_return outcome();
}

asio::awaitable<path_requests::outcome> path_requests::open_for_writing(const request& what,
                                                                        const storage::path& path) {
    const auto plan = plan_open(what.number);
    if (plan.must_look) {
        const auto found = co_await look(path);
        if (found.has_error() && found.error().code != errc::not_found) co_return found.error();
        if (found.has_value() && found->is_directory()) {
            co_return storage::failure(errc::is_a_directory, "'" + path.string() + "' is a directory");
        }
        if (found.has_value() && plan.refused_if_present) co_return *plan.refused_if_present;
        if (found.has_error() && plan.refused_if_absent) co_return *plan.refused_if_absent;
    }
    // WinSCP announces the size, which lets parts go out while it sends. A 0 more likely means "not known".
    std::optional<storage::announced_size> announced;
    if (what.attrs.size.value_or(0) > 0) announced.emplace(*what.attrs.size, true);
    auto sink = co_await place_->files->open_write(path, plan.mode, announced);
    if (sink.has_error()) co_return sink.error();
    const bool truncates = (what.number & (open_flag::truncate | open_flag::exclusive)) != 0;
    const bool reads = (what.number & open_flag::read) != 0;
    auto opened = std::make_shared<upload>(place_, path, std::move(*sink), truncates, reads);
    place_->replies.handle(what.id, handles_->add(std::move(opened)));
    co_return outcome();
}

asio::awaitable<path_requests::outcome> path_requests::open_directory(const request& what, const storage::path& path) {
    if (!handles_->has_room(place_->limits.max_handles)) co_return too_many_open();
    const handle_table::reservation mine(*handles_);
    auto lister = co_await place_->files->list(path);
    if (lister.has_error()) co_return lister.error();
    std::shared_ptr<open_handle> opened = std::make_shared<directory>(place_, path, std::move(*lister));
    place_->replies.handle(what.id, handles_->add(std::move(opened)));
    co_return outcome();
}

asio::awaitable<path_requests::outcome> path_requests::space(const request& what, const storage::path& path) {
    const auto space = co_await place_->files->space(path);
    if (space.has_error()) co_return space.error();
    answer_space(place_->replies, what.id, *space, place_->limits);
    co_return outcome();
}

asio::awaitable<path_requests::outcome> path_requests::hash(const request& what, const storage::path& path) {
    const auto seen = co_await look(path);
    if (seen.has_error()) co_return seen.error();
    const auto digest = whole_file_hash(what, *seen);
    if (digest.has_error()) co_return digest.error();
    answer_sha1(place_->replies, what.id, *digest);
    co_return outcome();
}

asio::awaitable<path_requests::outcome> path_requests::change(const request& what, const storage::path& path,
                                                              const storage::path& target) {
    auto& files = *place_->files;
    switch (what.row->what) {
        case verb::remove: {
            const auto done = co_await files.remove_file(path);
            if (done.has_error()) co_return done.error();
            break;
        }
        case verb::rmdir: {
            const auto done = co_await files.remove_directory(path);
            if (done.has_error()) co_return done.error();
            break;
        }
        case verb::mkdir: {
            const auto done = co_await files.make_directory(path);
            if (done.has_error()) co_return done.error();
            break;
        }
        case verb::rename:
        case verb::posix_rename: {
            const bool may_replace = what.row->what == verb::posix_rename;
            const auto done = co_await files.rename(path, target, may_replace);
            if (done.has_error()) co_return done.error();
            break;
        }
        default:
            co_return storage::failure(errc::not_supported, "this server does not know such a request");
    }
    place_->replies.ok(what.id);
    co_return outcome();
}

}  // namespace boxgate::sftp
