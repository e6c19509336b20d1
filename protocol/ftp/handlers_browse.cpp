#include "protocol/ftp/command.hpp"
#include "protocol/ftp/data_transfer.hpp"
#include "protocol/ftp/handlers.hpp"

#include <chrono>
#include <fnmatch.h>
#include <optional>
#include <vector>

namespace boxgate::ftp {

namespace asio = boost::asio;
using storage::entry;
using storage::errc;
using storage::failure;
using storage::result;

namespace {

constexpr std::size_t page = 1000;  // Box's own
constexpr std::size_t stat_piece = 64 * 1024;

// What LIST, NLST and MLSD show: a directory's entries as they arrive, those of it that match a pattern, or one file.
class shown_entries {
public:
    static asio::awaitable<result<shown_entries>> open(conversation& with, storage::path where, bool directory_only) {
        shown_entries shown;
        auto files = co_await with.files->list(where);
        if (files.has_value()) {
            shown.entries_ = std::move(*files);
            co_return shown;
        }
        const bool is_pattern = where.name().find_first_of("*?[") != std::string_view::npos;
        if (files.error() == errc::not_a_directory && !directory_only) {
            auto one = co_await with.files->stat(where);
            if (one.has_error()) co_return one.error();
            shown.single_ = std::move(*one);
            co_return shown;
        }
        if (files.error() == errc::not_found && is_pattern && !directory_only) {
            auto around = co_await with.files->list(where.parent());
            if (around.has_error()) co_return around.error();
            shown.entries_ = std::move(*around);
            shown.pattern_ = where.name();
            co_return shown;
        }
        co_return files.error();
    }

    /// What stands before each name for a client that asked by `written`, so that it can be used in a command (RFC
    /// 1123, 4.1.2.7): a file of another directory must not be taken for its namesake in this one.
    std::string prefix(const std::string& written) const {
        if (single_ || !pattern_.empty()) return written.substr(0, written.rfind('/') + 1);
        if (written.empty() || written == ".") return {};
        return written.ends_with('/') ? written : written + "/";
    }

    /// Empty at the end.
    asio::awaitable<result<std::vector<entry>>> next() {
        std::vector<entry> found;
        if (!entries_) {
            if (single_) found.push_back(std::move(*single_));
            single_.reset();
            co_return found;
        }
        while (found.empty()) {
            auto some = co_await entries_->next(page);
            if (some.has_error()) co_return some.error();
            if (some->empty()) break;
            for (auto& one : *some) {
                if (pattern_.empty() || fnmatch(pattern_.c_str(), one.name.c_str(), 0) == 0) {
                    found.push_back(std::move(one));
                }
            }
        }
        co_return found;
    }

private:
    std::unique_ptr<storage::lister> entries_;
    std::optional<entry> single_;
    std::string pattern_;
};

using line_maker = std::string (*)(const conversation& with, const entry& what, const std::string& prefix);

std::string as_list(const conversation& with, const entry& what, const std::string&) {
    return list_line(what, with.account->access, std::chrono::system_clock::now(), with.with.options.zone);
}

std::string as_name(const conversation&, const entry& what, const std::string& prefix) {
    return is_listable(what.name) ? prefix + what.name + "\r\n" : std::string();
}

std::string as_facts(const conversation& with, const entry& what, const std::string&) {
    if (!is_listable(what.name)) return {};
    return fact_line(what, what.name, with.account->access, with.facts) + "\r\n";
}

asio::awaitable<result<void>> send_all(conversation& with, data_transfer& data, shown_entries& shown, line_maker line,
                                       std::string prefix) {
    while (true) {
        const auto some = co_await shown.next();
        if (some.has_error()) co_return some.error();
        if (some->empty()) break;
        std::string text;
        for (const auto& one : *some) text += line(with, one, prefix);
        if (!with.names->is_utf8()) text = with.names->from_utf8(text);
        const auto sent = co_await data.send_text(std::move(text));
        if (sent.has_error()) co_return sent.error();
    }
    co_await data.finish();
    co_return boost::system::in_place_value;
}

handled list(conversation& with, std::string argument, line_maker line, bool directory_only) {
    const auto where = co_await with.path_of(argument);
    if (!where) co_return;
    if (!co_await data_transfer::is_possible(with)) co_return;
    auto shown = co_await shown_entries::open(with, *where, directory_only);
    if (shown.has_error()) {
        with.data.clear();
        co_await with.replies.send(to_reply(shown.error(), asked::directory));
        co_return;
    }
    data_transfer data(with);
    const auto opened = co_await data.open("Here it comes");
    if (opened.has_error()) co_return;
    auto prefix = shown->prefix(with.names->to_utf8(argument).value_or(std::string()));
    const auto sent = co_await send_all(with, data, *shown, line, std::move(prefix));
    if (sent.has_error()) {
        data.cut();
        co_await with.replies.send(to_reply(sent.error(), asked::directory));
        co_return;
    }
    co_await with.replies.send(reply(226, "That was all"));
}

handled change_directory(conversation& with, storage::path to) {
    const auto found = co_await with.files->stat(to);
    if (found.has_error()) {
        co_await with.replies.send(to_reply(found.error(), asked::directory));
        co_return;
    }
    if (!found->is_directory()) {
        co_await with.replies.send(reply(550, "That is a file"));
        co_return;
    }
    with.directory = std::move(to);
    co_await with.replies.send(reply(250, "Directory changed"));
}

handled session_status(conversation& with) {
    std::vector<std::string> lines;
    lines.push_back("Connected from " + with.who.peer);
    lines.push_back(with.is_logged_in() ? "Logged in as " + printable(with.who.login) : std::string("Not logged in"));
    lines.push_back(with.control.is_tls() ? "Commands are encrypted" : "Commands are in the clear");
    lines.push_back(with.protect_data ? "Data is encrypted" : "Data is in the clear");
    if (with.transfer.is_running()) {
        lines.push_back(with.transfer.verb() + " under way: " + std::to_string(with.transfer.moved()) +
                        " bytes so far");
    }
    co_await with.replies.send_lines(211, "Status:", std::move(lines), "End");
}

}  // namespace

handled do_cwd(conversation& with, std::string argument) {
    const auto to = co_await with.path_of(std::move(argument));
    if (to) co_await change_directory(with, *to);
}

handled do_cdup(conversation& with, std::string) {
    co_await change_directory(with, with.directory.parent());
}

handled do_list(conversation& with, std::string argument) {
    co_await list(with, std::string(without_list_options(argument)), as_list, false);
}

handled do_nlst(conversation& with, std::string argument) {
    co_await list(with, std::string(without_list_options(argument)), as_name, false);
}

handled do_mlsd(conversation& with, std::string argument) {
    co_await list(with, std::move(argument), as_facts, true);
}

// Without an argument: how things are; with one: LIST over the control connection.
handled do_stat(conversation& with, std::string argument) {
    argument = without_list_options(argument);
    if (argument.empty()) {
        co_await session_status(with);
        co_return;
    }
    if (!with.is_logged_in()) {
        co_await with.replies.send(reply(530, "Log in first"));
        co_return;
    }
    const auto where = co_await with.path_of(std::move(argument));
    if (!where) co_return;
    auto shown = co_await shown_entries::open(with, *where, false);
    if (shown.has_error()) {
        co_await with.replies.send(to_reply(shown.error(), asked::directory));
        co_return;
    }
    co_await with.replies.send_text("213-Status:\r\n");
    while (true) {
        const auto some = co_await shown->next();
        if (some.has_error()) {
            // A client that reads only the code of the first line must not take this for all.
            with.ending = true;
            co_await with.replies.send(reply(451, "The listing is not complete: " + to_reply(some.error()).text));
            with.control.close();
            co_return;
        }
        if (some->empty()) break;
        std::string text;
        for (const auto& one : *some) {
            const auto line = as_list(with, one, {});
            if (!line.empty()) text += " " + line;
            if (text.size() >= stat_piece) co_await with.replies.send_text(std::exchange(text, {}));
        }
        co_await with.replies.send_text(std::move(text));
    }
    co_await with.replies.send(reply(213, "End"));
}

}  // namespace boxgate::ftp
