#include "protocol/ftp/handlers.hpp"

namespace boxgate::ftp {

namespace {

std::string quoted(const storage::path& where) {
    std::string text = "\"";
    for (const char c : where.string()) {
        if (c == '"') text += '"';  // RFC 959 appendix II
        text += c;
    }
    return printable(text + "\"");
}

}  // namespace

handled do_pwd(conversation& with, std::string) {
    co_await with.replies.send(reply(257, quoted(with.directory) + " is the current directory"));
}

handled do_dele(conversation& with, std::string argument) {
    const auto where = co_await with.path_of(std::move(argument));
    if (!where) co_return;
    const auto done = co_await with.files->remove_file(*where);
    if (done.has_error()) {
        co_await with.replies.send(to_reply(done.error()));
        co_return;
    }
    co_await with.replies.send(reply(250, "Deleted"));
}

handled do_mkd(conversation& with, std::string argument) {
    const auto where = co_await with.path_of(std::move(argument));
    if (!where) co_return;
    const auto made = co_await with.files->make_directory(*where);
    if (made.has_error()) {
        co_await with.replies.send(to_reply(made.error(), asked::directory));
        co_return;
    }
    co_await with.replies.send(reply(257, quoted(*where) + " created"));
}

handled do_rmd(conversation& with, std::string argument) {
    const auto where = co_await with.path_of(std::move(argument));
    if (!where) co_return;
    const auto done = co_await with.files->remove_directory(*where);
    if (done.has_error()) {
        co_await with.replies.send(to_reply(done.error(), asked::directory));
        co_return;
    }
    co_await with.replies.send(reply(250, "Directory removed"));
}

handled do_rnfr(conversation& with, std::string argument) {
    const auto where = co_await with.path_of(std::move(argument));
    if (!where) co_return;
    const auto found = co_await with.files->stat(*where);
    if (found.has_error()) {
        co_await with.replies.send(to_reply(found.error(), asked::directory));
        co_return;
    }
    with.rename_from = *where;
    co_await with.replies.send(reply(350, "And its new name?"));
}

handled do_rnto(conversation& with, std::string argument) {
    const auto from = std::exchange(with.rename_from, std::nullopt);
    if (!from) {
        co_await with.replies.send(reply(503, "RNFR first"));
        co_return;
    }
    const auto to = co_await with.path_of(std::move(argument));
    if (!to) co_return;
    const auto done = co_await with.files->rename(*from, *to, true);
    if (done.has_error()) {
        co_await with.replies.send(to_reply(done.error()));
        co_return;
    }
    co_await with.replies.send(reply(250, "Renamed"));
}

}  // namespace boxgate::ftp
