#pragma once

#include "tests/simulator/enterprise.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace box_simulator {

/// What POST /oauth2/token came to.
struct token_answer {
    int status;
    std::string body;
};

/// Issues access tokens for JWT assertions and client credentials, checking all that Box checks. Thread-safe.
class token_store {
public:
    explicit token_store(const enterprise& of) : enterprise_(of) {}

    /// `form` is the decoded form body; `now` Box's clock.
    token_answer grant(const std::map<std::string, std::string>& form, std::chrono::system_clock::time_point now);
    void revoke(const std::string& token);
    void expire_all();

    /// Who holds `token`: a user id and the app; nullopt if it is unknown or has expired.
    struct holder {
        std::string user_id;
        const app* of;
    };
    std::optional<holder> find(const std::string& token, std::chrono::system_clock::time_point now);

    std::size_t issued() const { return issued_; }

    std::atomic<std::int64_t> lifetime = 3600;  ///< of the tokens to come, in seconds

private:
    struct issued_token {
        holder who;
        std::chrono::system_clock::time_point expires;
    };
    token_answer issue(const app& to, const std::string& user_id, std::chrono::system_clock::time_point now);

    const enterprise& enterprise_;
    std::mutex mutex_;
    std::map<std::string, issued_token> tokens_;
    std::set<std::string> seen_jti_;
    std::atomic<std::size_t> issued_ = 0;
};

}  // namespace box_simulator
