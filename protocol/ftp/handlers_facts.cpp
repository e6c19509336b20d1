#include "protocol/ftp/handlers.hpp"
#include "protocol/ftp/listing.hpp"

#include <optional>
#include <vector>

namespace boxgate::ftp {

namespace asio = boost::asio;

namespace {

// What lies at the path that the client has named. What cannot be found is answered here, and nullopt.
asio::awaitable<std::optional<storage::entry>> find(conversation& with, storage::path where) {
    auto found = co_await with.files->stat(std::move(where));
    if (found.has_value()) co_return std::optional<storage::entry>(std::move(*found));
    co_await with.replies.send(to_reply(found.error(), asked::directory));
    co_return std::nullopt;
}

// The same for a file whose SHA-1 Box has told; Box keeps no other hash, and boxgate fetches nothing to make one.
asio::awaitable<std::optional<storage::entry>> find_hashed(conversation& with, const std::string& argument) {
    const auto where = co_await with.path_of(argument);
    if (!where) co_return std::nullopt;
    auto found = co_await find(with, *where);
    if (!found || (!found->is_directory() && !found->sha1.empty())) co_return found;
    const char* const why = found->is_directory() ? "A directory has no hash" : "Box has not told this file's SHA-1";
    co_await with.replies.send(reply(550, why));
    co_return std::nullopt;
}

}  // namespace

handled do_mlst(conversation& with, std::string argument) {
    const auto where = co_await with.path_of(std::move(argument));
    if (!where) co_return;
    const auto found = co_await find(with, *where);
    if (!found) co_return;
    std::vector<std::string> lines;
    lines.push_back(fact_line(*found, printable(where->string()), with.account->access, with.facts));
    co_await with.replies.send_lines(250, "Listing", std::move(lines), "End");
}

// RFC 3659 section 4: the size is that of a transfer, which is not known before the lines have been read.
handled do_size(conversation& with, std::string argument) {
    if (with.converts_lines()) {
        co_await with.replies.send(
            reply(550, "Under TYPE A lines are converted, and the size is not known; TYPE I first"));
        co_return;
    }
    const auto where = co_await with.path_of(std::move(argument));
    if (!where) co_return;
    const auto found = co_await find(with, *where);
    if (!found) co_return;
    if (found->is_directory())
        co_await with.replies.send(reply(550, "A directory has no size"));
    else
        co_await with.replies.send(reply(213, std::to_string(found->size)));
}

// "213 SHA-1 0-1234 <hash> <name>".
handled do_hash(conversation& with, std::string argument) {
    const auto found = co_await find_hashed(with, argument);
    if (!found) co_return;
    const auto name = with.names->to_utf8(argument).value_or(found->name);
    co_await with.replies.send(
        reply(213, "SHA-1 0-" + std::to_string(found->size) + " " + found->sha1 + " " + printable(name)));
}

// A name may stand in quotes; behind it some clients give a range, which Box has no hash of.
handled do_xsha1(conversation& with, std::string argument) {
    const auto quote = argument.rfind('"');
    if (argument.front() == '"' && quote > 0) {
        const auto range = argument.substr(quote + 1);
        argument = argument.substr(1, quote - 1);
        if (range.find_first_not_of(" 0") != std::string::npos) {
            co_await with.replies.send(reply(504, "Only the whole file has a SHA-1 here"));
            co_return;
        }
    }
    const auto found = co_await find_hashed(with, argument);
    if (found) co_await with.replies.send(reply(250, found->sha1));
}

handled do_avbl(conversation& with, std::string argument) {
    const auto where = co_await with.path_of(std::move(argument));
    if (!where) co_return;
    const auto space = co_await with.files->space(*where);
    if (space.has_error())
        co_await with.replies.send(to_reply(space.error(), asked::directory));
    else
        co_await with.replies.send(reply(213, std::to_string(space->free)));
}

}  // namespace boxgate::ftp
