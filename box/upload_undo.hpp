#pragma once

#include "box/api/types.hpp"
#include "box/identity.hpp"
#include "box/worker_context.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>

namespace boxgate::box {

/// Brings back the state before an upload that must not stay, such as one that Box has stored otherwise than it was
/// sent: a new file is deleted, of a replaced one the previous version is made the current one. Each call is tried
/// several times; false if Box holds what it should not after all of them.
boost::asio::awaitable<bool> undo_upload(std::shared_ptr<worker_context> with, std::shared_ptr<identity> who,
                                         api::item stored, bool replaced);

}  // namespace boxgate::box
