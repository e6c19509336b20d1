#include "auth/login_guard.hpp"

#include <algorithm>
#include <functional>

namespace boxgate::auth {

namespace ip = boost::asio::ip;

bool login_guard::is_exempt(const ip::address& from) const {
    return std::any_of(settings_.never_ban.begin(), settings_.never_ban.end(),
                       [&](const conf::ip_network& network) { return network.contains(from); });
}

login_guard::admission login_guard::admit(const ip::address& from, const std::string& login, clock::time_point now) {
    if (is_exempt(from)) return {};
    const auto subject = conf::client_network(from);
    const std::lock_guard lock(mutex_);
    const auto* const address = addresses_.find(subject);
    if (address && address->banned_until > now) return {true, {}};
    const auto* const pair = pairs_.find({subject, login});
    if (pair && pair->banned_until > now) return {true, {}};
    if (pair && pair->was_right) return {};
    const auto* const wrong = logins_.find(login);
    if (!wrong || wrong->failures == 0 || !is_recent(wrong->last, now)) return {};
    return {false, first_delay * (1u << std::min(wrong->failures - 1, most_doublings))};
}

void login_guard::succeeded(const ip::address& from, const std::string& login, clock::time_point now) {
    const auto subject = conf::client_network(from);
    const std::lock_guard lock(mutex_);
    auto& pair = pairs_.at({subject, login});
    pair.was_right = true;
    pair.wrong = {0, now};
    // The login's own count stays: others may still be guessing it from elsewhere.
}

login_guard::ban login_guard::failed(const ip::address& from, const std::string& login, clock::time_point now) {
    if (is_exempt(from)) return ban::none;
    const auto subject = conf::client_network(from);
    const std::lock_guard lock(mutex_);
    const auto one_more = [&](count& wrong) {
        wrong.failures = is_recent(wrong.last, now) ? wrong.failures + 1 : 1;
        wrong.last = now;
        return wrong.failures;
    };
    one_more(logins_.at(login));

    if (settings_.ban_address_after != 0) {
        auto& address = addresses_.at(subject);
        if (!is_recent(address.last, now)) address.logins.clear();
        address.last = now;
        address.logins.insert(std::hash<std::string>()(login));
        if (address.logins.size() >= settings_.ban_address_after) {
            address.logins.clear();
            address.banned_until = now + settings_.ban_time;
            return ban::address;
        }
    }

    auto& pair = pairs_.at({subject, login});
    if (one_more(pair.wrong) < settings_.ban_after || settings_.ban_after == 0) return ban::none;
    pair.wrong = {0, now};
    pair.banned_until = now + settings_.ban_time;
    return ban::login;
}

}  // namespace boxgate::auth
