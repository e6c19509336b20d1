#pragma once

#include "box/engine.hpp"
#include "box/http/beast_transport.hpp"
#include "box/options.hpp"
#include "conf/settings/settings.hpp"

#include <map>
#include <set>
#include <string>

// The settings in the words of the Box room.

namespace boxgate::server {

/// `counts` outlives what is built with the options.
box::options box_options(const conf::gateway_settings& settings,
                         runtime::telemetry& counts = runtime::telemetry::none());

/// Each login is an identity of its own name.
std::map<std::string, box::engine::source> identities_of(const conf::user_table_settings& users);

/// The logins that have not expired.
std::set<std::string> logins_of(const conf::user_table_settings& users);

/// Loads certificates; throws std::runtime_error naming the file.
box::http::transport_options transport_options_of(const conf::gateway_settings& settings);

}  // namespace boxgate::server
