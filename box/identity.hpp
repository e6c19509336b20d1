#pragma once

#include "conf/settings/settings.hpp"

#include <memory>
#include <string>

namespace boxgate::box {

class token_provider;

/// Who a call is made as: an app's service account, or a user through it. Made once per (app, user) and shared by every
/// session of every login that maps to it. Immutable; the token provider belongs to the control thread.
class identity {
public:
    identity(std::string key, std::shared_ptr<token_provider> tokens, std::string as_user_id)
        : key_(std::move(key)), tokens_(std::move(tokens)), as_user_id_(std::move(as_user_id)) {}

    const std::string& key() const { return key_; }  ///< for logs and maps; holds no secret
    const std::shared_ptr<token_provider>& tokens() const { return tokens_; }
    const std::string& as_user_id() const { return as_user_id_; }  ///< empty: the service account itself, no header

private:
    std::string key_;
    std::shared_ptr<token_provider> tokens_;
    std::string as_user_id_;
};

}  // namespace boxgate::box
