#include "protocol/ssh/login.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <openssl/evp.h>

#include <cstring>
#include <exception>
#include <string_view>
#include <vector>

// libssh marks the accessors of queued authentication requests as deprecated in favour of callbacks, which have to
// answer at once and so cannot wait for a password check.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace boxgate::ssh {

namespace asio = boost::asio;

namespace {

constexpr int all_methods = SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_PUBLICKEY | SSH_AUTH_METHOD_INTERACTIVE;
constexpr std::size_t max_name = 255;
constexpr std::size_t max_password = 1024;
constexpr unsigned max_requests = 100;  // of any kind, the free ones included

std::string text_or_empty(const char* text) {
    return text ? std::string(text) : std::string();
}

bool usable(ssh_keytypes_e type) {
    return type == SSH_KEYTYPE_ED25519 || type == SSH_KEYTYPE_RSA || type == SSH_KEYTYPE_ECDSA_P256 ||
           type == SSH_KEYTYPE_ECDSA_P384 || type == SSH_KEYTYPE_ECDSA_P521;
}

// The wire form of a key; libssh gives it out as base64 only.
std::string blob_of(ssh_key key) {
    char* text = nullptr;
    if (ssh_pki_export_pubkey_base64(key, &text) != SSH_OK) return {};
    const text_handle owned(text);
    const std::string_view encoded(text);
    std::string blob(encoded.size() / 4 * 3, '\0');
    const auto n =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(blob.data()),
                        reinterpret_cast<const unsigned char*>(encoded.data()), static_cast<int>(encoded.size()));
    if (n < 0) return {};
    const auto padding = encoded.ends_with("==") ? 2 : encoded.ends_with('=') ? 1 : 0;
    blob.resize(static_cast<std::size_t>(n - padding));
    return blob;
}

}  // namespace

login::login(ssh_session raw, const asio::any_io_executor& executor, const services& with, std::string session,
             std::string peer, std::function<void()> wake)
    : raw_(raw),
      with_(with),
      session_(std::move(session)),
      peer_(std::move(peer)),
      wake_(std::move(wake)),
      tasks_(executor, [this](std::exception_ptr) {
          fault_ = "internal error";
          waiting_.reset();
          wake_();
      }) {
    ssh_set_auth_methods(raw_, all_methods);
    boost::system::error_code unknown;
    address_ = asio::ip::make_address(peer_, unknown);
}

void login::close() {
    waiting_.reset();
    wake_ = [] {};
    tasks_.cancel_all();
}

void login::take(message_handle message) {
    if (account_ || !fault_.empty()) return;  // RFC 4252 section 5.1: what comes after success is ignored
    if (++requests_ > max_requests) {
        fault_ = "too many requests before login";
        return;
    }
    switch (ssh_message_type(message.get())) {
        case SSH_REQUEST_SERVICE:
            if (std::strcmp(ssh_message_service_service(message.get()), "ssh-userauth") != 0) {
                fault_ = "only the service ssh-userauth can be asked for before login";
                return;
            }
            ssh_message_service_reply_success(message.get());
            return;
        case SSH_REQUEST_AUTH:
            return take_authentication(std::move(message));
        default:
            ssh_message_reply_default(message.get());
    }
}

void login::take_authentication(message_handle message) {
    auto user = text_or_empty(ssh_message_auth_user(message.get()));
    const auto method = ssh_message_subtype(message.get());
    const bool is_answer = method == SSH_AUTH_METHOD_INTERACTIVE && ssh_message_auth_kbdint_is_response(message.get());
    const auto prompted = std::exchange(prompted_, {});
    if (is_answer) user = prompted;  // such a message has no name
    // RFC 4252 section 5: another name starts afresh.
    if (!key_shown_for_.empty() && user != key_shown_for_) {
        key_shown_for_.clear();
        ssh_set_auth_methods(raw_, all_methods);
    }
    const bool sensible = !user.empty() && user.size() <= max_name;
    if (method == SSH_AUTH_METHOD_PASSWORD) {
        take_password(std::move(message), user, ssh_message_auth_password(message.get()), "password");
    } else if (is_answer) {
        const bool one = ssh_userauth_kbdint_getnanswers(raw_) == 1;
        take_password(std::move(message), user, one ? ssh_userauth_kbdint_getanswer(raw_, 0) : nullptr,
                      "keyboard-interactive");
    } else if (method == SSH_AUTH_METHOD_INTERACTIVE && sensible) {
        take_interactive(std::move(message), user);
    } else if (method == SSH_AUTH_METHOD_PUBLICKEY && sensible) {
        take_public_key(std::move(message), user);
    } else {
        ssh_message_reply_default(message.get());  // "none" among others: the answer lists the methods
    }
}

void login::take_password(message_handle message, const std::string& user, const char* password, const char* method) {
    const bool sensible = !user.empty() && user.size() <= max_name && password && std::strlen(password) <= max_password;
    if (!sensible) return refuse(message, user, method);
    waiting_ = std::move(message);
    tasks_.spawn(check_password(shared_from_this(), user, conf::secret(password), method));
}

void login::take_interactive(message_handle message, const std::string& user) {
    const char* prompts[] = {"Password: "};
    char echoes[] = {0};
    prompted_ = user;
    ssh_message_auth_interactive_request(message.get(), "", "", 1, prompts, echoes);
}

asio::awaitable<void> login::check_password(std::shared_ptr<login> self, std::string user, conf::secret password,
                                            const char* method) {
    const bool key_shown = user == self->key_shown_for_;
    auto proving = self->prove(user, std::move(password));
    auto who = co_await std::move(proving);
    const auto message = std::move(self->waiting_);
    if (!message) co_return;  // the session has ended meanwhile
    if (who) {
        self->accept(message, std::move(who), key_shown ? "publickey and password" : method);
    } else {
        self->refuse(message, user, method);
    }
    self->wake_();
}

// The account, if the password is its own. Null looks the same to the client for every reason.
asio::awaitable<std::shared_ptr<const auth::account>> login::prove(std::string user, conf::secret password) {
    using clock = std::chrono::steady_clock;
    const auto admission = with_.guard.admit(address_, user, clock::now());
    if (admission.refused) co_return nullptr;
    if (admission.delay > clock::duration::zero()) {
        const auto executor = co_await asio::this_coro::executor;
        asio::steady_timer pause(executor, admission.delay);
        co_await pause.async_wait(asio::use_awaitable);
    }
    auto& door = with_.authenticator;
    auto asking = user == key_shown_for_ ? door.verify_password_after_key(user, std::move(password))
                                         : door.verify_password(user, std::move(password));
    auto who = co_await std::move(asking);
    // Counted as a wrong password, too: else the guard's delays would tell that it is the right one.
    if (who && !is_admitted(*who)) who = nullptr;
    if (who) {
        with_.guard.succeeded(address_, user, clock::now());
        co_return who;
    }
    const auto ban = with_.guard.failed(address_, user, clock::now());
    if (ban != auth::login_guard::ban::none) {
        with_.log.warning(ban == auth::login_guard::ban::address ? "address_banned" : "login_banned",
                          {{"session", session_}, {"protocol", "sftp"}, {"peer", peer_}, {"login", user}});
    }
    co_return nullptr;
}

void login::take_public_key(message_handle message, const std::string& user) {
    const auto state = ssh_message_auth_publickey_state(message.get());
    const auto key = ssh_message_auth_pubkey(message.get());
    std::shared_ptr<const auth::account> who;
    const bool refused = with_.guard.admit(address_, user, std::chrono::steady_clock::now()).refused;
    if (key && usable(ssh_key_type(key)) && !refused) {
        const auto blob = blob_of(key);
        if (!blob.empty()) who = with_.authenticator.find_public_key(user, blob);
        if (who && !is_admitted(*who)) who = nullptr;
    }
    if (state == SSH_PUBLICKEY_STATE_NONE) {
        // Only a question whether the key would do; clients with an agent ask for each of their keys.
        if (++key_offers_ > with_.options.max_key_offers) {
            fault_ = "too many keys offered";
        } else if (who) {
            ssh_message_auth_reply_pk_ok_simple(message.get());
        } else {
            ssh_message_reply_default(message.get());
        }
    } else if (state == SSH_PUBLICKEY_STATE_VALID && who) {
        accept_key(message, std::move(who));
    } else {
        refuse(message, user, "publickey");
    }
}

void login::accept_key(const message_handle& message, std::shared_ptr<const auth::account> who) {
    if (!who->needs_key_and_password) {
        with_.guard.succeeded(address_, who->login, std::chrono::steady_clock::now());
        return accept(message, std::move(who), "publickey");
    }
    key_shown_for_ = who->login;
    ssh_set_auth_methods(raw_, SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_INTERACTIVE);
    ssh_message_auth_reply_success(message.get(), 1);
}

bool login::is_admitted(const auth::account& who) const {
    const auto why = who.refusal(peer_, std::chrono::system_clock::now());
    if (why.empty()) return true;
    with_.log.warning(
        "login_not_admitted",
        {{"session", session_}, {"protocol", "sftp"}, {"peer", peer_}, {"login", who.login}, {"reason", why}});
    return false;
}

void login::accept(const message_handle& message, std::shared_ptr<const auth::account> who, const char* method) {
    account_ = std::move(who);
    ssh_message_auth_reply_success(message.get(), 0);
    with_.log.info(
        "login",
        {{"session", session_}, {"protocol", "sftp"}, {"peer", peer_}, {"login", account_->login}, {"method", method}});
}

void login::refuse(const message_handle& message, const std::string& user, const char* method) {
    with_.log.warning(
        "login_refused",
        {{"session", session_}, {"protocol", "sftp"}, {"peer", peer_}, {"login", user}, {"method", method}});
    ssh_message_reply_default(message.get());
    if (++tries_ >= with_.options.max_tries) fault_ = "too many failed attempts to log in";
}

}  // namespace boxgate::ssh
