#pragma once

#include "conf/settings/fault.hpp"
#include "conf/settings/settings.hpp"

#include <boost/json/value.hpp>

#include <string_view>

namespace boxgate::conf {

/// The JSON file that Box's developer console hands out for an app with JWT authentication. What is wrong with the text
/// is told with line and column in it, what is wrong with its content with the names of the fields; the values are
/// never shown. The key is not tried (see pem_key.hpp).
parsed<box_app> parse_jwt_config(std::string_view json);

/// The same from a JSON value.
parsed<box_app> jwt_config_from(const boost::json::value& config);

}  // namespace boxgate::conf
