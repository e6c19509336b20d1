#include "server/box_call_label.hpp"

#include <algorithm>

namespace boxgate::server {

namespace {

std::string_view name_of(box::http::method verb) {
    switch (verb) {
        case box::http::method::get:
            return "GET";
        case box::http::method::post:
            return "POST";
        case box::http::method::put:
            return "PUT";
        case box::http::method::del:
            return "DELETE";
        case box::http::method::options:
            return "OPTIONS";
    }
    return "GET";
}

// Box's own words begin with no digit and are in small letters; ids are numbers or, of upload sessions, long
// hexadecimal ones. The version of the interface is 2.0, and the word with a digit oauth2.
bool is_id(std::string_view part) {
    if (part.find('.') != std::string_view::npos || part == "oauth2") return false;
    return part.find_first_of("0123456789") != std::string_view::npos;
}

}  // namespace

std::string box_call_label(box::http::method verb, std::string_view url, std::string_view api_url,
                           std::string_view upload_url) {
    std::string label(name_of(verb));
    label += ' ';
    const bool to_upload = url.starts_with(upload_url);
    if (!to_upload && !url.starts_with(api_url)) return label + "content";
    // Download addresses of a Box whose hosts are all one have another path.
    auto path = url.substr(to_upload ? upload_url.size() : api_url.size());
    path = path.substr(0, path.find('?'));
    if (!path.starts_with("/2.0/") && !path.starts_with("/api/2.0/") && path != "/oauth2/token")
        return label + "content";
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto part = path.substr(0, path.find('/'));
        label += '/';
        label += is_id(part) ? "{id}" : part;
        path.remove_prefix(part.size());
    }
    return label;
}

}  // namespace boxgate::server
