#include "protocol/storage/observed_filesystem.hpp"

#include "protocol/storage/observed_transfer.hpp"

namespace boxgate::storage {

namespace {

using observer = observed_filesystem::observer;
using clock = std::chrono::steady_clock;

template <class T>
observer::outcome outcome_of(const result<T>& done) {
    return done.has_error() ? observer::outcome(done.error()) : observer::outcome();
}

observer::outcome outcome_of(const result<entry>& done) {
    if (done.has_error()) return observer::outcome(done.error());
    observer::outcome what;
    what.box_id = done->id;
    return what;
}

}  // namespace

observed_filesystem::observed_filesystem(std::unique_ptr<filesystem> inner, call_context who, const runtime::log& log,
                                         runtime::telemetry& counts)
    : inner_(std::move(inner)), observer_(std::make_shared<const observer>(std::move(who), log, counts)) {}

filesystem::task<entry> observed_filesystem::stat(path where) {
    const auto since = clock::now();
    auto done = co_await inner_->stat(where);
    observer_->tell("stat", where, since, outcome_of(done));
    co_return done;
}

filesystem::task<std::unique_ptr<lister>> observed_filesystem::list(path where) {
    const auto since = clock::now();
    auto done = co_await inner_->list(where);
    observer_->tell("list", where, since, outcome_of(done));
    co_return done;
}

filesystem::task<std::unique_ptr<source>> observed_filesystem::open_read(path where) {
    const auto since = clock::now();
    auto opened = co_await inner_->open_read(where);
    if (opened.has_error()) {
        observer_->tell("download", where, since, outcome_of(opened));
        co_return opened.error();
    }
    co_return std::make_unique<observed_source>(std::move(*opened), std::move(where), observer_);
}

filesystem::task<std::unique_ptr<sink>> observed_filesystem::open_write(path where, write_mode mode,
                                                                        std::optional<announced_size> size) {
    const auto since = clock::now();
    auto opened = co_await inner_->open_write(where, mode, size);
    if (opened.has_error()) {
        observer_->tell("upload", where, since, outcome_of(opened));
        co_return opened.error();
    }
    co_return std::make_unique<observed_sink>(std::move(*opened), std::move(where), observer_);
}

filesystem::task<entry> observed_filesystem::make_directory(path where) {
    const auto since = clock::now();
    auto done = co_await inner_->make_directory(where);
    observer_->tell("mkdir", where, since, outcome_of(done));
    co_return done;
}

filesystem::task<void> observed_filesystem::remove_file(path where) {
    const auto since = clock::now();
    auto done = co_await inner_->remove_file(where);
    observer_->tell("delete", where, since, outcome_of(done));
    co_return done;
}

filesystem::task<void> observed_filesystem::remove_directory(path where) {
    const auto since = clock::now();
    auto done = co_await inner_->remove_directory(where);
    observer_->tell("rmdir", where, since, outcome_of(done));
    co_return done;
}

filesystem::task<entry> observed_filesystem::rename(path from, path to, bool may_replace) {
    const auto since = clock::now();
    auto done = co_await inner_->rename(from, to, may_replace);
    auto what = outcome_of(done);
    what.target = to.string();
    observer_->tell("rename", from, since, what);
    co_return done;
}

filesystem::task<entry> observed_filesystem::copy(path from, path to) {
    const auto since = clock::now();
    auto done = co_await inner_->copy(from, to);
    auto what = outcome_of(done);
    what.target = to.string();
    observer_->tell("copy", from, since, what);
    co_return done;
}

filesystem::task<space_info> observed_filesystem::space(path where) {
    const auto since = clock::now();
    auto done = co_await inner_->space(where);
    observer_->tell("space", where, since, outcome_of(done));
    co_return done;
}

void observed_filesystem::note_refusal(std::string_view verb, const path& where, const failure& why) {
    observer_->tell(verb, where, clock::now(), observer::outcome(why));
}

boost::asio::awaitable<result<std::unique_ptr<filesystem>>> observed_provider::open(mount what, call_context context) {
    auto opened = co_await inner_->open(std::move(what), context);
    if (opened.has_error()) co_return opened.error();
    co_return std::make_unique<observed_filesystem>(std::move(*opened), std::move(context), log_, counts_);
}

}  // namespace boxgate::storage
