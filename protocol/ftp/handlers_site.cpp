#include "protocol/ftp/handlers.hpp"
#include "protocol/ftp/site_table.hpp"

#include <algorithm>

namespace boxgate::ftp {

namespace {

// 202 where a client may well believe that it has been done: it goes on, and nothing depends on it.
constexpr site_row rows[] = {
    {"HELP", 214, ""},
    {"CHMOD", 202, "SITE CHMOD has no effect here: permissions are the account's"},
    {"UMASK", 202, "SITE UMASK has no effect here: permissions are the account's"},
    {"IDLE", 202, "SITE IDLE has no effect here: the server's own limit holds"},
    {"UTIME", 502, "SITE UTIME is not supported: Box keeps its own times"},
};

}  // namespace

std::span<const site_row> site_rows() {
    return rows;
}

std::string site_help() {
    std::string names;
    for (const auto& row : rows) names += (names.empty() ? "" : " ") + std::string(row.name);
    return "SITE commands: " + names;
}

handled do_site(conversation& with, std::string argument) {
    const auto what = first_word(argument).first;
    const auto row = std::ranges::find(rows, what, &site_row::name);
    if (what == "HELP")
        co_await with.replies.send(reply(214, site_help()));
    else if (row != std::end(rows))
        co_await with.replies.send(reply(row->code, std::string(row->text)));
    else
        // Old systems send such lines before every transfer and give up on an error.
        co_await with.replies.send(reply(202, "SITE " + printable(what) + " has no effect here"));
}

}  // namespace boxgate::ftp
