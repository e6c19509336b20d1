#include "conf/runtime/deadline.hpp"
#include "protocol/ftp/handlers.hpp"
#include "protocol/storage/guarded_filesystem.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace boxgate::ftp {

namespace asio = boost::asio;
using storage::errc;

namespace {

using opened = storage::result<std::unique_ptr<storage::filesystem>>;

handled refuse(conversation& with, const std::string& login) {
    ++with.refusals;
    with.with.log.warning("login_refused", {{"session", with.who.session},
                                            {"protocol", with.who.protocol},
                                            {"peer", with.who.peer},
                                            {"login", login},
                                            {"method", "password"}});
    // Guessing gets slower with every guess.
    const auto delay = with.with.options.refusal_delay * (1 << std::min(with.refusals - 1, 5u));
    asio::steady_timer pause(with.control.get_executor(), delay);
    co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
    if (with.refusals >= with.with.options.max_tries) {
        with.ending = true;
        co_await with.replies.send(reply(421, "Too many wrong passwords"));
        co_return;
    }
    co_await with.replies.send(reply(530, "Login incorrect"));
}

// Devices lock themselves after 530, so it is kept for what is the account's own fault.
handled cannot_open(conversation& with, const storage::failure& why) {
    with.with.log.error("tree_refused", {{"session", with.who.session},
                                         {"login", with.who.login},
                                         {"reason", why.detail},
                                         {"box_request_id", why.box_request_id}});
    const bool later = why.code == errc::unavailable || why.code == errc::timeout || why.code == errc::rate_limited ||
                       why.code == errc::busy;
    if (later) {
        with.ending = true;
        co_await with.replies.send(reply(421, "Box cannot be reached; try again later"));
        co_return;
    }
    std::string text = "Box refuses this account; the gateway's log says why";
    if (why.code == errc::not_found) text = printable(why.detail);
    co_await with.replies.send(reply(530, std::move(text)));
}

handled enter(conversation& with, std::shared_ptr<const auth::account> account) {
    with.who.login = account->login;
    auto slot = with.with.slots.take(account->login);
    if (!slot) {
        with.ending = true;
        co_await with.replies.send(reply(421, "This login has too many sessions open"));
        co_return;
    }
    auto opening = with.with.provider.open(account->mount, with.who);
    auto files = co_await runtime::within<opened>(with.with.options.open_timeout, std::move(opening));
    opened outcome = storage::failure(errc::timeout, "Box did not answer in time");
    if (files) outcome = std::move(*files);
    if (outcome.has_error()) {
        co_await cannot_open(with, outcome.error());
        with.who.login.clear();
        co_return;
    }
    with.slot = std::move(slot);
    with.account = account;
    with.files = std::make_unique<storage::guarded_filesystem>(std::move(*outcome), account->access);
    with.with.log.info("login", {{"session", with.who.session},
                                 {"protocol", with.who.protocol},
                                 {"peer", with.who.peer},
                                 {"login", account->login},
                                 {"method", "password"}});
    co_await with.replies.send(reply(230, "Logged in"));
}

}  // namespace

handled do_user(conversation& with, std::string argument) {
    if (with.with.options.tls == conf::tls_mode::required && !with.control.is_tls()) {
        co_await with.replies.send(reply(530, "This server wants TLS: AUTH TLS first"));
        co_return;
    }
    with.log_out();
    with.user = std::move(argument);
    // The same for every name: whether it exists is nobody's business.
    co_await with.replies.send(reply(331, "Password, please"));
}

handled do_pass(conversation& with, std::string argument) {
    if (with.is_logged_in()) {
        co_await with.replies.send(reply(202, "Already logged in"));
        co_return;
    }
    if (with.user.empty()) {
        co_await with.replies.send(reply(503, "USER first"));
        co_return;
    }
    const auto login = std::exchange(with.user, {});
    const auto account = co_await with.with.authenticator.verify_password(login, conf::secret(std::move(argument)));
    if (account)
        co_await enter(with, account);
    else
        co_await refuse(with, login);
}

handled do_rein(conversation& with, std::string) {
    with.log_out();
    co_await with.replies.send(reply(220, "Ready for another login"));
}

handled do_quit(conversation& with, std::string) {
    // RFC 959: a transfer in progress is finished first, and its reply sent.
    co_await with.transfer.wait_for_end();
    with.ending = true;
    co_await with.replies.send(reply(221, "Goodbye"));
}

handled do_auth(conversation& with, std::string argument) {
    std::transform(argument.begin(), argument.end(), argument.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    if (!with.with.tls) {
        co_await with.replies.send(reply(502, "TLS is not set up on this server"));
        co_return;
    }
    if (argument != "TLS" && argument != "TLS-C" && argument != "SSL") {
        co_await with.replies.send(reply(504, "AUTH TLS is what is understood here"));
        co_return;
    }
    if (with.control.is_tls()) {
        co_await with.replies.send(reply(503, "TLS is on already"));
        co_return;
    }
    with.log_out();
    co_await with.replies.send(reply(234, "TLS it is"));
    // What came with AUTH in the clear could be an attacker's: it must not be taken for the client's own words.
    with.lines.discard();
    const auto error = co_await with.control.start_tls(with.with.tls, true, with.with.options.login_timeout);
    if (error) {
        with.with.log.info("tls_failed", {{"session", with.who.session}, {"reason", error.message()}});
        with.control.close();
        with.ending = true;
        co_return;
    }
    with.who.protocol = "ftps";
    // RFC 4217 section 4: clients that said AUTH SSL never say PROT.
    with.protect_data = argument == "SSL";
}

handled do_pbsz(conversation& with, std::string) {
    if (!with.control.is_tls()) {
        co_await with.replies.send(reply(503, "AUTH TLS first"));
        co_return;
    }
    with.pbsz_given = true;
    co_await with.replies.send(reply(200, "PBSZ=0"));
}

handled do_prot(conversation& with, std::string argument) {
    if (!with.control.is_tls() || !with.pbsz_given) {
        co_await with.replies.send(reply(503, "AUTH TLS and PBSZ 0 first"));
        co_return;
    }
    if (argument == "P" || argument == "p") {
        with.protect_data = true;
        co_await with.replies.send(reply(200, "Data connections use TLS"));
    } else if (argument != "C" && argument != "c") {
        co_await with.replies.send(reply(536, "PROT P or PROT C"));
    } else if (with.with.options.tls == conf::tls_mode::required) {
        co_await with.replies.send(reply(534, "This server wants TLS on data connections, too"));
    } else {
        with.protect_data = false;
        co_await with.replies.send(reply(200, "Data connections are in the clear"));
    }
}

}  // namespace boxgate::ftp
