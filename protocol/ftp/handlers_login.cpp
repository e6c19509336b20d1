#include "conf/runtime/deadline.hpp"
#include "protocol/ftp/handlers.hpp"
#include "protocol/storage/guarded_filesystem.hpp"

#include <algorithm>

namespace boxgate::ftp {

namespace asio = boost::asio;
using storage::errc;

namespace {

using proven = std::shared_ptr<const auth::account>;
using opened = storage::result<std::unique_ptr<storage::filesystem>>;

handled refuse(conversation& with, const std::string& login) {
    ++with.refusals;
    with.with.log.warning("login_refused", {{"session", with.who.session},
                                            {"protocol", with.who.protocol},
                                            {"peer", with.who.peer},
                                            {"login", login},
                                            {"method", "password"}});
    const bool still_there = co_await with.wait(with.with.options.refusal_delay);
    if (!still_there) co_return;
    if (with.refusals >= with.with.options.max_tries) {
        with.ending = true;
        co_await with.replies.send(reply(421, "Too many wrong passwords"));
        co_return;
    }
    co_await with.replies.send(reply(530, "Login incorrect"));
}

void note_ban(conversation& with, auth::login_guard::ban ban, const std::string& login) {
    if (ban == auth::login_guard::ban::none) return;
    const bool all = ban == auth::login_guard::ban::address;
    with.with.log.warning(
        all ? "address_banned" : "login_banned",
        {{"session", with.who.session}, {"protocol", with.who.protocol}, {"peer", with.who.peer}, {"login", login}});
}

bool is_admitted(conversation& with, const auth::account& who) {
    const auto why = who.refusal(with.who.peer, std::chrono::system_clock::now());
    if (why.empty()) return true;
    with.with.log.warning("login_not_admitted", {{"session", with.who.session},
                                                 {"protocol", with.who.protocol},
                                                 {"peer", with.who.peer},
                                                 {"login", who.login},
                                                 {"reason", why}});
    return false;
}

// The account, if the password is its own. Null looks the same to the client for every reason.
asio::awaitable<proven> prove(conversation& with, std::string login, conf::secret password) {
    auto& guard = with.with.guard;
    const auto peer = with.control.remote_endpoint().address();
    const auto admission = guard.admit(peer, login, std::chrono::steady_clock::now());
    if (admission.refused) co_return nullptr;
    const bool still_there = co_await with.wait(admission.delay);
    if (!still_there) co_return nullptr;
    auto asking = with.with.authenticator.verify_password(login, std::move(password));
    auto account = co_await std::move(asking);
    // Counted as a wrong password, too: else the guard's delays would tell that it is the right one.
    if (account && !is_admitted(with, *account)) account = nullptr;
    const auto now = std::chrono::steady_clock::now();
    if (account)
        guard.succeeded(peer, login, now);
    else
        note_ban(with, guard.failed(peer, login, now), login);
    co_return account;
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
    auto slot = account->max_sessions != 0 ? with.with.slots.take(account->login, account->max_sessions)
                                           : with.with.slots.take(account->login);
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
    with.files = std::make_unique<storage::guarded_filesystem>(std::move(*outcome), account->rules);
    if (!account->charset.empty() && !with.utf8_asked) {
        if (auto own = charset::find(account->charset)) with.set_charset(std::move(own));
    }
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
    conf::secret password(std::move(argument));
    auto proving = prove(with, login, std::move(password));
    const auto account = co_await std::move(proving);
    if (account)
        co_await enter(with, account);
    else
        co_await refuse(with, login);
}

handled do_rein(conversation& with, std::string) {
    with.log_out();
    with.utf8_asked = false;
    co_await with.replies.send(reply(220, "Ready for another login"));
}

handled do_quit(conversation& with, std::string) {
    // RFC 959: a transfer in progress is finished first, and its reply sent.
    co_await with.transfer.wait_for_end();
    with.ending = true;
    co_await with.replies.send(reply(221, "Goodbye"));
}

// RFC 7151: one server with one name; which one the client means makes no difference.
handled do_host(conversation& with, std::string) {
    if (!with.user.empty() || with.is_logged_in()) {
        co_await with.replies.send(reply(503, "HOST comes before USER"));
        co_return;
    }
    co_await with.replies.send(reply(220, "This server is the same by every name"));
}

handled do_acct(conversation& with, std::string) {
    co_await with.replies.send(reply(202, "No account needed"));
}

}  // namespace boxgate::ftp
