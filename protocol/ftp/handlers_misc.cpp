#include "protocol/ftp/command_table.hpp"
#include "protocol/ftp/handlers.hpp"

#include <algorithm>
#include <cctype>

namespace boxgate::ftp {

namespace {

// The first word in upper case, and what follows it.
std::pair<std::string, std::string> first_word(const std::string& text) {
    const auto end = std::min(text.find(' '), text.size());
    std::string word = text.substr(0, end);
    std::transform(word.begin(), word.end(), word.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return {word, end == text.size() ? std::string() : text.substr(end + 1)};
}

}  // namespace

handled do_feat(conversation& with, std::string) {
    co_await with.replies.send_lines(211, "Features:", feature_lines(with), "End");
}

handled do_opts(conversation& with, std::string argument) {
    const auto [what, value] = first_word(argument);
    if (what == "MLST") {
        with.facts = parse_facts(value);
        co_await with.replies.send(reply(200, "MLST OPTS " + chosen_of(with.facts)));
    } else if (what == "UTF8" || what == "UTF-8") {
        const auto [state, rest] = first_word(value);
        if (state == "OFF")
            co_await with.replies.send(reply(504, "Names are always UTF-8"));
        else
            co_await with.replies.send(reply(200, "Names are UTF-8"));
    } else {
        co_await with.replies.send(reply(501, "OPTS UTF8 ON or OPTS MLST <facts>"));
    }
}

handled do_help(conversation& with, std::string argument) {
    const auto [verb, rest] = first_word(argument);
    if (!verb.empty()) {
        const auto* const row = find_command(verb);
        std::string text = "No command " + printable(verb);
        if (row && has(row->flags, command_flags::refused))
            text = std::string(row->verb) + " is not supported";
        else if (row)
            text = "Syntax: " + std::string(row->syntax);
        co_await with.replies.send(reply(214, std::move(text)));
        co_return;
    }
    std::vector<std::string> lines(1);
    for (const auto& row : command_rows()) {
        if (has(row.flags, command_flags::refused)) continue;
        if (lines.back().size() > 60) lines.emplace_back();
        if (!lines.back().empty()) lines.back() += ' ';
        lines.back() += row.verb;
    }
    co_await with.replies.send_lines(214, "Commands:", std::move(lines), "HELP <command> shows its syntax");
}

handled do_syst(conversation& with, std::string) {
    co_await with.replies.send(reply(215, "UNIX Type: L8"));
}

handled do_noop(conversation& with, std::string) {
    co_await with.replies.send(reply(200, "Here"));
}

handled do_site(conversation& with, std::string argument) {
    const auto [what, rest] = first_word(argument);
    if (what == "HELP") {
        co_await with.replies.send(reply(214, "No SITE command has an effect here"));
    } else if (what == "UTIME") {
        co_await with.replies.send(reply(502, "SITE UTIME is not supported: Box keeps its own times"));
    } else {
        // Old systems send such lines before every transfer and give up on an error.
        co_await with.replies.send(reply(202, "SITE " + printable(what) + " has no effect here"));
    }
}

handled do_clnt(conversation& with, std::string argument) {
    with.with.log.debug("client_software", {{"session", with.who.session}, {"name", argument}});
    co_await with.replies.send(reply(200, "Noted"));
}

handled do_acct(conversation& with, std::string) {
    co_await with.replies.send(reply(202, "No account needed"));
}

handled do_smnt(conversation& with, std::string) {
    co_await with.replies.send(reply(202, "There is one file system only"));
}

}  // namespace boxgate::ftp
