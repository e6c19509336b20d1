#include "protocol/ftp/command_table.hpp"
#include "protocol/ftp/handlers.hpp"
#include "protocol/ftp/listing.hpp"
#include "protocol/ftp/site_table.hpp"

#include <memory>

namespace boxgate::ftp {

handled do_feat(conversation& with, std::string) {
    co_await with.replies.send_lines(211, "Features:", feature_lines(with), "End");
}

namespace {

// Old devices of an account with a charset send names in it; a client that asks for UTF-8 means it.
handled choose_utf8(conversation& with, const std::string& state) {
    if (state == "OFF") {
        const bool has_own = with.account && !with.account->charset.empty();
        const auto own = has_own ? charset::find(with.account->charset) : nullptr;
        if (!own) {
            co_await with.replies.send(reply(504, "Names are always UTF-8"));
            co_return;
        }
        with.set_charset(own);
        with.utf8_asked = false;
        co_await with.replies.send(reply(200, "Names are " + own->name()));
        co_return;
    }
    with.set_charset(std::make_shared<const charset>());
    with.utf8_asked = true;
    co_await with.replies.send(reply(200, "Names are UTF-8"));
}

}  // namespace

handled do_opts(conversation& with, std::string argument) {
    const auto [what, value] = first_word(argument);
    if (what == "MLST") {
        with.facts = parse_facts(value);
        co_await with.replies.send(reply(200, "MLST OPTS " + chosen_of(with.facts)));
    } else if (what == "UTF8" || what == "UTF-8") {
        co_await choose_utf8(with, first_word(value).first);
    } else if (what == "HASH") {
        const bool good = value.empty() || upper(value) == "SHA-1";
        co_await with.replies.send(reply(good ? 200 : 501, "SHA-1"));
    } else {
        co_await with.replies.send(reply(501, "OPTS UTF8 ON, OPTS MLST <facts> or OPTS HASH SHA-1"));
    }
}

handled do_help(conversation& with, std::string argument) {
    const auto [verb, rest] = first_word(argument);
    if (!verb.empty()) {
        const auto* const row = find_command(verb);
        std::string text = "No command " + printable(verb);
        if (row && has(row->flags, command_flags::refused)) {
            text = std::string(row->verb) + " is not supported";
        } else if (row && verb == "SITE") {
            text = site_help();
        } else if (row) {
            text = "Syntax: " + std::string(row->syntax);
        }
        co_await with.replies.send(reply(row ? 214 : 504, std::move(text)));
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

// RFC 2640 section 4: the language of replies.
handled do_lang(conversation& with, std::string argument) {
    const auto language = upper(std::move(argument));
    const bool english = language.empty() || language == "EN" || language.starts_with("EN-");
    co_await with.replies.send(reply(english ? 200 : 504, "Replies are in English (EN)"));
}

handled do_clnt(conversation& with, std::string argument) {
    with.with.log.debug("client_software", {{"session", with.who.session}, {"name", argument}});
    co_await with.replies.send(reply(200, "Noted"));
}

handled do_smnt(conversation& with, std::string) {
    co_await with.replies.send(reply(202, "There is one file system only"));
}

}  // namespace boxgate::ftp
