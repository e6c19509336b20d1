#pragma once

#include "auth/authenticator.hpp"
#include "auth/login_guard.hpp"
#include "auth/login_slots.hpp"
#include "conf/runtime/log.hpp"
#include "protocol/ssh/session_options.hpp"
#include "protocol/storage/block.hpp"
#include "protocol/storage/provider.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <utility>

namespace boxgate::ssh {

/// What the sessions of one worker work with. The references must outlive the worker's io_context.
struct services {
    services(auth::authenticator& door, auth::login_guard& against_guessing, auth::login_slots& per_login,
             storage::provider& trees, std::shared_ptr<storage::block_pool> pool, const runtime::log& lines,
             session_options how)
        : authenticator(door),
          guard(against_guessing),
          slots(per_login),
          provider(trees),
          blocks(std::move(pool)),
          log(lines),
          options(how) {}

    auth::authenticator& authenticator;
    auth::login_guard& guard;
    auth::login_slots& slots;
    storage::provider& provider;
    std::shared_ptr<storage::block_pool> blocks;
    const runtime::log& log;
    session_options options;
};

}  // namespace boxgate::ssh
