#pragma once

#include "auth/recent_map.hpp"
#include "conf/settings/settings.hpp"

#include <boost/asio/ip/address.hpp>

#include <chrono>
#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace boxgate::auth {

/// Makes guessing of passwords slow, and then useless, for both protocols together. It knows nothing of who exists: a
/// login of the table and one that was made up are treated alike. Time is an argument. Any thread.
///
/// - A login that was got wrong makes the next attempt wait, longer each time, but not from an address that has got
///   it right before: strangers cannot slow down whom they attack.
/// - One address that keeps getting one login wrong is refused that login for a while, right or wrong.
/// - One address that gets many logins wrong is refused all of them. Few logins never do that: behind one address
///   there may be a whole office.
///
/// IPv6 addresses count by their /64, which is what one customer gets.
class login_guard {
public:
    using clock = std::chrono::steady_clock;

    struct admission {
        bool refused = false;      ///< to be told what a wrong password is told, without looking at it
        clock::duration delay{0};  ///< to be waited before looking
    };
    enum class ban { none, login, address };  ///< what a failure has brought about just now

    explicit login_guard(conf::login_guard_settings settings)
        : settings_(std::move(settings)), pairs_(most_known), logins_(most_known), addresses_(most_known) {}

    /// To be asked before credentials are looked at.
    admission admit(const boost::asio::ip::address& from, const std::string& login, clock::time_point now);

    /// The credentials were good, whatever Box says about the account afterwards.
    void succeeded(const boost::asio::ip::address& from, const std::string& login, clock::time_point now);

    /// The credentials were wrong. Only that: Box's failures are not the client's.
    ban failed(const boost::asio::ip::address& from, const std::string& login, clock::time_point now);

private:
    static constexpr std::size_t most_known = 20'000;
    static constexpr std::chrono::seconds first_delay{1};
    static constexpr unsigned most_doublings = 4;  // 16 s

    struct count {
        unsigned failures = 0;
        clock::time_point last;
    };
    struct pair_record {
        count wrong;
        bool was_right = false;
        clock::time_point banned_until = clock::time_point::min();
    };
    struct address_record {
        std::set<std::size_t> logins;  // hashes of those that were got wrong
        clock::time_point last;
        clock::time_point banned_until = clock::time_point::min();
    };
    using pair_key = std::pair<std::string, std::string>;

    bool is_exempt(const boost::asio::ip::address& from) const;
    bool is_recent(clock::time_point then, clock::time_point now) const { return now - then <= settings_.window; }

    const conf::login_guard_settings settings_;
    std::mutex mutex_;
    recent_map<pair_key, pair_record> pairs_;
    recent_map<std::string, count> logins_;
    recent_map<std::string, address_record> addresses_;
};

}  // namespace boxgate::auth
