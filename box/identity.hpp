#pragma once

#include "box/pacer.hpp"

#include <memory>
#include <string>

namespace boxgate::box {

class token_provider;

/// Who a call is made as: an app's service account, or a user through it. Made once per (app, user) and shared by every
/// session of every login that maps to it. Immutable; token provider and pacer belong to the control thread.
class identity {
public:
    /// `pace` may be null: then nothing but Box's own answers holds the calls back.
    identity(std::string key, std::shared_ptr<token_provider> tokens, std::string as_user_id,
             std::shared_ptr<pacer> pace = nullptr)
        : key_(std::move(key)),
          tokens_(std::move(tokens)),
          as_user_id_(std::move(as_user_id)),
          pace_(pace ? std::move(pace) : pacer::unlimited()) {}

    const std::string& key() const { return key_; }  ///< for logs and maps; holds no secret
    const std::shared_ptr<token_provider>& tokens() const { return tokens_; }
    const std::string& as_user_id() const { return as_user_id_; }  ///< empty: whoever the token is of, no header
    const std::shared_ptr<pacer>& pace() const { return pace_; }

private:
    std::string key_;
    std::shared_ptr<token_provider> tokens_;
    std::string as_user_id_;
    std::shared_ptr<pacer> pace_;
};

}  // namespace boxgate::box
