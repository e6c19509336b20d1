#pragma once

#include "box/http/message.hpp"

#include <string>
#include <string_view>

namespace boxgate::server {

/// "GET /2.0/folders/{id}/items": method and path of a call to Box with every id left out, so that there are few of
/// them. Addresses that Box has made for content are "GET content".
std::string box_call_label(box::http::method verb, std::string_view url, std::string_view api_url,
                           std::string_view upload_url);

}  // namespace boxgate::server
