#include "protocol/ftp/data_transfer.hpp"
#include "protocol/ftp/handlers.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <charconv>
#include <ctime>
#include <random>

namespace boxgate::ftp {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

// Fails a transfer after its 150.
handled give_up(conversation& with, data_transfer& data, const failure& why) {
    data.cut();
    co_await with.replies.send(to_reply(why));
}

// Some clients give up after 20 s of silence, and Box may take longer than that to take a file in.
asio::awaitable<void> keep_alive(conversation& with, asio::steady_timer& pause, const bool& done) {
    if (with.with.options.commit_keepalive.count() == 0) co_return;
    while (!done) {
        pause.expires_after(with.with.options.commit_keepalive);
        const auto [error] = co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
        if (!error && !done) co_await with.replies.begin_long_reply(reply(226, "Box is taking the file in"));
    }
}

asio::awaitable<result<storage::receipt>> commit_and_tell(storage::sink& file, storage::commit_gate wanted,
                                                          asio::steady_timer& pause, bool& done) {
    auto committed = co_await file.commit(std::move(wanted));
    done = true;
    pause.cancel();
    co_return committed;
}

asio::awaitable<result<storage::receipt>> commit(conversation& with, storage::sink& file) {
    storage::commit_gate wanted = [&with] { return with.transfer.is_wanted(); };
    asio::steady_timer pause(with.control.get_executor());
    bool done = false;
    auto both = commit_and_tell(file, std::move(wanted), pause, done) && keep_alive(with, pause, done);
    co_return co_await std::move(both);
}

handled stored(conversation& with, const storage::receipt& got) {
    const reply done(226, "Stored " + std::to_string(got.stored.size) + " bytes; Box file " + got.stored.id +
                              ", SHA-1 " + got.stored.sha1);
    if (with.replies.in_long_reply())
        co_await with.replies.finish_long_reply(done);
    else
        co_await with.replies.send(done);
}

// `announced`: by ALLO, for this upload whatever comes of it, and for no other.
handled store(conversation& with, storage::path where, storage::write_mode mode, std::string greeting,
              std::optional<std::uint64_t> announced) {
    if (!co_await data_transfer::is_possible(with)) co_return;
    // What is announced of a text is its size on the wire, which says little of the file's.
    const auto least = with.converts_lines() ? std::nullopt : announced;
    std::optional<storage::announced_size> size;
    if (least) size.emplace(*least, false);
    auto file = co_await with.files->open_write(where, mode, size);
    if (file.has_error()) {
        with.data.clear();
        co_await with.replies.send(to_reply(file.error()));
        co_return;
    }
    data_transfer data(with);
    const auto opened = co_await data.open(std::move(greeting));
    if (opened.has_error()) {
        (*file)->note_failure(opened.error());
        co_return;
    }
    auto received = co_await data.receive(**file);
    if (received.has_value() && least && (*file)->size() < *least) {
        received = failure(errc::aborted, "ALLO announced " + std::to_string(*least) + " bytes and " +
                                              std::to_string((*file)->size()) + " came");
    }
    // A kill closes the data connection first, and a busy machine the control connection only later.
    const bool proven = data.ended_in_order() || (least && (*file)->size() == *least);
    if (received.has_value() && !proven && with.with.options.eof_grace.count() > 0) {
        const bool there = co_await with.wait(with.with.options.eof_grace);
        if (!there) received = failure(errc::aborted, "the client is gone");
    }
    if (received.has_error()) {
        (*file)->note_failure(received.error());
        co_await give_up(with, data, received.error());
        co_return;
    }
    const auto committed = co_await commit(with, **file);
    if (committed.has_value()) {
        co_await stored(with, *committed);
        co_return;
    }
    const auto answer = to_reply(committed.error());
    if (with.replies.in_long_reply()) {
        // A client that reads only the code of the first line must not take this for success.
        with.ending = true;
        co_await with.replies.finish_long_reply(reply(451, answer.text));
        with.control.close();
        co_return;
    }
    co_await with.replies.send(answer);
}

std::string unique_name(const std::string& wish) {
    std::random_device random;
    char suffix[48];
    const auto now = std::time(nullptr);
    std::tm fields{};
    gmtime_r(&now, &fields);
    std::strftime(suffix, sizeof suffix, "%Y%m%d-%H%M%S", &fields);
    std::string digits;
    for (int i = 0; i < 6; ++i) digits += static_cast<char>('a' + random() % 26);
    return (wish.empty() ? std::string("upload") : wish) + "." + suffix + "-" + digits;
}

}  // namespace

handled do_retr(conversation& with, std::string argument) {
    const auto where = co_await with.path_of(std::move(argument));
    if (!where) co_return;
    if (!co_await data_transfer::is_possible(with)) co_return;
    const auto file = co_await with.files->open_read(*where);
    if (file.has_error()) {
        with.data.clear();
        co_await with.replies.send(to_reply(file.error()));
        co_return;
    }
    data_transfer data(with);
    const auto size = (*file)->info().size;
    // Clients take a number in the 150 for what will come.
    const auto greeting = with.converts_lines() ? "Sending lines" : "Sending " + std::to_string(size) + " bytes";
    const auto opened = co_await data.open(greeting);
    if (opened.has_error()) {
        (*file)->note_failure(opened.error());
        co_return;
    }
    const auto sent = co_await data.send_file(**file);
    if (sent.has_error()) {
        (*file)->note_failure(sent.error());
        co_await give_up(with, data, sent.error());
        co_return;
    }
    co_await with.replies.send(reply(226, "Sent " + std::to_string(with.transfer.moved()) + " bytes"));
}

handled do_stor(conversation& with, std::string argument) {
    const auto announced = std::exchange(with.announced, std::nullopt);
    const auto where = co_await with.path_of(std::move(argument));
    if (where) co_await store(with, *where, storage::write_mode::replace, "Ready", announced);
}

handled do_stou(conversation& with, std::string argument) {
    const auto announced = std::exchange(with.announced, std::nullopt);
    const auto wish = co_await with.path_of(argument);
    if (!wish) co_return;
    std::string name;
    storage::path directory = with.directory;
    if (!wish->is_root() && !argument.empty()) {
        name = wish->name();
        directory = wish->parent();
    }
    const auto where = directory.child(unique_name(name));
    // RFC 1123 section 4.1.2.9 gives the form of the name in the reply.
    co_await store(with, where, storage::write_mode::create, "FILE: " + where.string(), announced);
}

// Box cannot append: to a new name this is STOR, and an existing file is not touched. Clients that resume an upload
// would otherwise lose its beginning.
handled do_appe(conversation& with, std::string argument) {
    const auto announced = std::exchange(with.announced, std::nullopt);
    const auto where = co_await with.path_of(std::move(argument));
    if (!where) co_return;
    const auto found = co_await with.files->stat(*where);
    if (found.has_value()) {
        with.data.clear();
        co_await with.replies.send(reply(550, "Appending to an existing file is not supported; send it whole"));
        co_return;
    }
    if (!(found.error() == errc::not_found)) {
        with.data.clear();
        co_await with.replies.send(to_reply(found.error()));
        co_return;
    }
    co_await store(with, *where, storage::write_mode::create, "Ready", announced);
}

handled do_allo(conversation& with, std::string argument) {
    std::uint64_t bytes = 0;
    const auto* const end = argument.data() + argument.size();
    const auto [stop, error] = std::from_chars(argument.data(), end, bytes);
    if (error != std::errc() || (stop != end && *stop != ' ')) {
        co_await with.replies.send(reply(501, "ALLO <bytes>"));
        co_return;
    }
    with.announced = bytes;
    const char* const meaning = with.converts_lines() ? "Noted; under TYPE A it is an estimate"
                                                      : "Noted; the next upload has to have as many bytes at least";
    co_await with.replies.send(reply(200, meaning));
}

handled do_abor(conversation& with, std::string) {
    if (!with.transfer.is_running()) {
        with.data.clear();
        co_await with.replies.send(reply(226, "Nothing to abort"));
        co_return;
    }
    with.transfer.abort();
    co_await with.transfer.wait_for_end();  // which sends 426, or 226 if it could no longer be stopped
    co_await with.replies.send(reply(226, "Aborted"));
}

}  // namespace boxgate::ftp
