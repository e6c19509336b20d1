#include "protocol/storage/observed_transfer.hpp"

namespace boxgate::storage {

using observer = observed_filesystem::observer;

namespace {

bool is_debug_only(std::string_view verb) {
    return verb == "stat" || verb == "space";
}

}  // namespace

void observer::tell(std::string_view verb, const path& where, std::chrono::steady_clock::time_point since,
                    const outcome& what) const {
    const auto took = std::chrono::steady_clock::now() - since;
    counts.operation(who.protocol, verb, what.word, took);
    if (what.bytes > 0) counts.moved(who.protocol, verb, static_cast<std::uint64_t>(what.bytes));
    const auto place = where.string();
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    std::vector<runtime::log_field> fields{{"session", who.session},   {"login", who.login}, {"peer", who.peer},
                                           {"protocol", who.protocol}, {"path", place},      {"outcome", what.word}};
    if (!what.target.empty()) fields.emplace_back("to", what.target);
    if (what.bytes >= 0) fields.emplace_back("bytes", what.bytes);
    fields.emplace_back("ms", ms);
    if (!what.box_id.empty()) fields.emplace_back("box_id", what.box_id);
    if (!what.sha1.empty()) fields.emplace_back("sha1", what.sha1);
    if (!what.request_id.empty()) fields.emplace_back("box_request_id", what.request_id);
    if (!what.reason.empty()) fields.emplace_back("reason", what.reason);
    log.write(is_debug_only(verb) ? runtime::log_level::debug : runtime::log_level::info, verb, fields);
}

observed_source::observed_source(std::unique_ptr<source> inner, path where, std::shared_ptr<const observer> to)
    : inner_(std::move(inner)), where_(std::move(where)), observer_(std::move(to)) {}

observed_source::~observed_source() {
    observer::outcome what;
    if (failure_) {
        what = observer::outcome(*failure_);
    } else if (!end_seen_) {
        what.word = "incomplete";
        what.reason = why_incomplete_;
    }
    what.bytes = static_cast<std::int64_t>(bytes_);
    what.box_id = inner_->info().id;
    observer_->tell("download", where_, since_, what);
}

boost::asio::awaitable<result<block>> observed_source::read(std::uint64_t offset, std::size_t max) {
    auto some = co_await inner_->read(offset, max);
    if (some.has_error()) {
        failure_ = some.error();
    } else {
        bytes_ += some->size();
        if (offset + some->size() >= inner_->info().size) end_seen_ = true;
    }
    co_return some;
}

result<void> observed_source::check(std::uint64_t offset, std::span<const std::byte> bytes) {
    auto sound = inner_->check(offset, bytes);
    if (sound.has_error()) failure_ = sound.error();
    return sound;
}

void observed_source::note_failure(const failure& why) {
    if (!end_seen_ && why_incomplete_.empty()) why_incomplete_ = why.detail;
}

observed_sink::observed_sink(std::unique_ptr<sink> inner, path where, std::shared_ptr<const observer> to)
    : inner_(std::move(inner)), where_(std::move(where)), observer_(std::move(to)) {}

observed_sink::~observed_sink() {
    if (told_) return;
    auto what = observer::outcome(failure_ ? *failure_ : failure(errc::aborted, "the client did not finish it"));
    what.bytes = static_cast<std::int64_t>(inner_->size());
    observer_->tell("upload", where_, since_, what);
}

boost::asio::awaitable<result<void>> observed_sink::write(std::uint64_t offset, block data) {
    auto done = co_await inner_->write(offset, std::move(data));
    if (done.has_error()) failure_ = done.error();
    co_return done;
}

boost::asio::awaitable<result<receipt>> observed_sink::commit(commit_gate gate) {
    told_ = true;
    // The commit outlives a session that leaves; what it comes to is in the log of whoever carries it out. Here it is
    // told to whom it was promised.
    const auto to = observer_;
    const auto where = where_;
    const auto since = since_;
    const auto bytes = static_cast<std::int64_t>(inner_->size());
    observer::outcome what(failure(errc::aborted, "the session ended while Box was taking the file in"));
    what.bytes = bytes;
    std::exception_ptr left;
    try {
        auto done = co_await inner_->commit(std::move(gate));
        what = done.has_error() ? observer::outcome(done.error()) : observer::outcome();
        what.bytes = bytes;
        if (done.has_value()) {
            what.box_id = done->stored.id;
            what.sha1 = done->stored.sha1;
            what.request_id = done->box_request_id;
        }
        to->tell("upload", where, since, what);
        co_return done;
    } catch (...) {
        left = std::current_exception();
    }
    to->tell("upload", where, since, what);
    std::rethrow_exception(left);
}

void observed_sink::note_failure(const failure& why) {
    if (!failure_) failure_ = why;
}

}  // namespace boxgate::storage
