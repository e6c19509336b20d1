#include "protocol/sftp/server.hpp"

#include "protocol/sftp/answers.hpp"
#include "protocol/sftp/file_hash.hpp"

#include <algorithm>

namespace boxgate::sftp {

using storage::errc;

server::server(const boost::asio::any_io_executor& executor, std::unique_ptr<storage::filesystem> files,
               std::shared_ptr<storage::block_pool> blocks, options limits, storage::call_context context,
               const runtime::log& log, std::function<void()> wake)
    : place_(std::make_shared<workplace>(executor, std::move(files), std::move(blocks), std::move(limits),
                                         std::move(context), log, std::move(wake))),
      handles_(std::make_shared<handle_table>()),
      paths_(std::make_shared<path_requests>(place_, handles_)),
      pace_(std::make_shared<write_pace>(place_)),
      splitter_(*this) {
    auto serve_one = [paths = paths_](request what, storage::path path, storage::path target) {
        return paths->serve(std::move(what), std::move(path), std::move(target));
    };
    lane_ = std::make_shared<path_lane>(place_, *handles_, std::move(serve_one));
}

server::~server() {
    place_->alive = false;
    place_->wake = [] {};
    place_->tasks.cancel_all();
    lane_->clear();
    handles_->clear();
}

bool server::busy() const {
    return place_->requests > 0 || handles_->size() > 0 || place_->replies.pending() > 0;
}

bool server::ended() const {
    if (place_->broken) return true;
    const bool nothing_to_say = place_->replies.pending() == 0;
    if (!fault_.empty()) return nothing_to_say;
    return no_more_input_ && place_->requests == 0 && nothing_to_say;
}

void server::trim() {
    handles_->trim();
    if (place_->requests == 0) place_->replies.release_memory();
}

bool server::may_begin() {
    const auto& limits = place_->limits;
    return place_->requests < limits.max_requests && place_->request_bytes < limits.max_request_bytes &&
           place_->replies.pending() < limits.max_output;
}

void server::malformed(std::uint32_t id) {
    place_->replies.status(id, fx::bad_message, "the packet is malformed or too long for its type");
}

void server::unreadable(std::string_view why) {
    fault_ = why;
    place_->wake();
}

void server::greet(std::span<const std::byte> body) {
    if (body.size() < 4) return unreadable("the first SFTP packet is malformed");
    greeted_ = true;
    answer_version(place_->replies);
}

void server::packet_arrived(std::uint8_t type, std::span<const std::byte> body) {
    const auto kind = static_cast<packet>(type);
    if (!greeted_) {
        if (kind == packet::init) return greet(body);
        return unreadable("the first SFTP packet is not INIT");
    }
    reader from(body);
    request what;
    what.id = from.u32();
    if (!from.ok()) return malformed(0);
    std::string_view extension;
    if (kind == packet::extended) extension = from.string();
    const auto* row = kind == packet::extended && extension.empty() ? nullptr : find_row(kind, extension);
    if (!from.ok()) return malformed(what.id);
    if (!row) {
        return place_->replies.status(what.id, fx::op_unsupported, "this server does not know such a request");
    }
    if (!read_fields(*row, from, what)) return malformed(what.id);
    serve(std::move(what));
}

void server::serve(request what) {
    switch (what.row->runs) {
        case scope::at_once:
            return serve_at_once(what);
        case scope::handle:
            return serve_handle(std::move(what));
        case scope::path_read:
        case scope::path_write:
            return serve_path(std::move(what));
    }
}

void server::serve_at_once(const request& what) {
    auto& replies = place_->replies;
    switch (what.row->what) {
        case verb::limits:
            return answer_limits(replies, what.id, place_->limits);
        case verb::realpath:
            return answer_resolved(what.id, what.path);
        case verb::expand_path:
            return expand(what);
        case verb::home_directory:
            if (what.text.empty() || what.text == place_->context.login) return answer_resolved(what.id, "/");
            return replies.status(what.id, fx::failure, "only your own home directory is known here");
        default:
            return replies.status(what.id, fx::op_unsupported, "Box has no symbolic links");
    }
}

void server::answer_resolved(std::uint32_t id, std::string_view written) {
    const auto path = storage::path::parse(written);
    if (path.has_error()) return place_->replies.failed(id, path.error());
    answer_path(place_->replies, id, *path);
}

// "~" and the login's own "~login" are the root, which is all that an account sees.
void server::expand(const request& what) {
    std::string_view written = what.path;
    if (written.starts_with('~')) {
        const auto slash = std::min(written.find('/'), written.size());
        const auto user = written.substr(1, slash - 1);
        if (!user.empty() && user != place_->context.login) {
            return place_->replies.status(what.id, fx::failure, "only your own home directory is known here");
        }
        written.remove_prefix(slash);
    }
    answer_resolved(what.id, written);
}

void server::serve_handle(request what) {
    auto& replies = place_->replies;
    const auto handle = handles_->find(what.handle);
    if (!handle) return replies.status(what.id, fx::failure, "no such handle");
    switch (what.row->what) {
        case verb::close: {
            auto closed = [handles = handles_, lane = std::weak_ptr<path_lane>(lane_), number = *what.handle] {
                handles->remove(number);
                if (const auto waiting = lane.lock()) waiting->advance();
            };
            return handle->close(what.id, std::move(closed));
        }
        case verb::fstat:
            return answer_attributes(replies, what.id, handle->stat(), place_->limits);
        case verb::fsetstat: {
            const auto refused = handle->set_attributes(what.attrs);
            return refused ? replies.failed(what.id, *refused) : replies.ok(what.id);
        }
        case verb::fstatvfs:
            return lane_->add(std::move(what), handle->path(), storage::path(), false);
        case verb::check_file: {
            const auto hash = whole_file_hash(what, handle->stat());
            return hash ? answer_sha1(replies, what.id, *hash) : replies.failed(what.id, hash.error());
        }
        case verb::copy_data:
            return copy_data(std::move(what), *handle);
        default:
            return handle->enqueue(std::move(what));
    }
}

// Whole files only, into a file that is still empty: that is one call for Box.
void server::copy_data(request what, const open_handle& from) {
    auto* into = handles_->find_upload(what.second_handle);
    if (!into || !from.is_readable()) {
        return place_->replies.status(what.id, fx::failure,
                                      "copy-data goes from a file open for reading to one open "
                                      "for writing");
    }
    const auto seen = from.stat();
    if (what.offset != 0 || what.second_offset != 0 || (what.length != 0 && what.length < seen.size)) {
        return place_->replies.status(what.id, fx::op_unsupported, "copy-data copies whole files only");
    }
    into->copy_from(std::move(what), from.path(), seen);
}

void server::serve_path(request what) {
    auto path = storage::path::parse(what.path);
    if (path.has_error()) return place_->replies.failed(what.id, path.error());
    auto target = storage::path::parse(what.target);
    if (target.has_error()) return place_->replies.failed(what.id, target.error());
    bool changes = what.row->runs == scope::path_write;
    if (what.row->what == verb::open) changes = (what.number & open_flag::write) != 0;
    lane_->add(std::move(what), std::move(*path), std::move(*target), changes);
}

void server::write_began(std::uint32_t id, std::optional<std::uint32_t> handle, std::uint64_t offset, std::uint32_t) {
    if (!greeted_) return unreadable("the first SFTP packet is not INIT");
    write_id_ = id;
    write_offset_ = offset;
    write_known_ = handles_->find_upload(handle) != nullptr;
    write_handle_ = handle.value_or(0);
}

std::size_t server::write_bytes(std::span<const std::byte> some) {
    auto* file = write_known_ ? handles_->find_upload(write_handle_) : nullptr;
    if (!file) return some.size();
    if (!pace_->has_room()) return 0;
    const auto taken = file->write(write_offset_, some);
    write_offset_ += taken;
    pace_->taken(taken);
    // Where memory is short, half-filled blocks of this session's other files come first.
    if (taken == 0) handles_->flush_uploads(file);
    return taken;
}

void server::write_ended() {
    if (!greeted_) return;
    auto* file = write_known_ ? handles_->find_upload(write_handle_) : nullptr;
    if (!file) {
        return place_->replies.status(write_id_, fx::failure, "the handle is not open for writing");
    }
    if (file->failure()) return place_->replies.failed(write_id_, *file->failure());
    pace_->answer_ok(write_id_);
}

}  // namespace boxgate::sftp
