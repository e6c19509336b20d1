#pragma once

#include "box/api/types.hpp"
#include "box/client.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace boxgate::box::api {

/// Every call this program makes, as pure functions from arguments to a request. Ids are Box's; names are UTF-8. Each
/// function names the page of Box's reference it was written from.
class endpoints {
public:
    /// `api_url` and `upload_url` without a path, e.g. "https://api.box.com".
    endpoints(std::string api_url, std::string upload_url) : api_(api_url + "/2.0"), upload_(upload_url + "/api/2.0") {}

    call users_by_login(std::string_view login) const;  ///< "List enterprise users"; matches prefixes, see parse_users
    call user(std::string_view id) const;               ///< "Get user"
    call current_user() const;                          ///< "Get current user": of the as-user, if there is one

    call file(std::string_view id) const;                                     ///< "Get file information"
    call folder(std::string_view id) const;                                   ///< "Get folder information"
    call list(std::string_view folder_id, std::string_view marker) const;     ///< "List items in folder", 1,000 a page
    call preflight(std::string_view parent_id, std::string_view name) const;  ///< "Preflight check": 409 names the item
    call create_folder(std::string_view parent_id, std::string_view name) const;
    // With an `etag`, wherever one is taken, Box answers 412 if the item is another by now (If-Match).

    /// "Update file" / "Update folder": rename and move in one. Without a `parent_id` it stays where it is.
    call update(item_type type, std::string_view id, std::string_view parent_id, std::string_view name,
                std::string etag = {}) const;
    call remove_file(std::string_view id, std::string etag = {}) const;
    call remove_folder(std::string_view id, std::string etag = {}) const;  ///< "Delete folder", not recursive
    call copy_file(std::string_view id, std::string_view parent_id, std::string_view name) const;

    /// "Download file": answered 302 with the address of the content.
    call download(std::string_view id, std::string_view version_id) const;

    /// "Upload file" and "Upload file version". The body is the caller's; attributes as upload_attributes() writes
    /// them.
    call upload_new(std::string content_type, std::string_view sha1_hex, std::shared_ptr<http::body_source> body) const;
    call upload_version(std::string_view file_id, std::string content_type, std::string_view sha1_hex,
                        std::shared_ptr<http::body_source> body, std::string etag) const;
    static std::string upload_attributes(std::string_view parent_id, std::string_view name);

    call create_session(std::string_view parent_id, std::string_view name, std::uint64_t size) const;
    call create_version_session(std::string_view file_id, std::string_view name, std::uint64_t size) const;
    /// "Upload part of file". `sha1` is 20 raw bytes.
    call put_part(const upload_session& session, std::uint64_t offset, std::uint64_t length, std::uint64_t total,
                  std::string_view sha1, std::shared_ptr<http::body_source> body) const;
    call list_parts(const upload_session& session, std::uint64_t offset = 0) const;  ///< 1,000 a page
    call commit(const upload_session& session, const std::vector<upload_part>& parts, std::string_view sha1,
                std::string etag) const;
    call abort(const upload_session& session) const;

    call realtime_server() const;  ///< "Get events long poll endpoint"
    /// "List user and enterprise events": the user's changes from a position on ("now": none, and the position).
    call events(std::string_view position) const;

    call versions(std::string_view file_id) const;  ///< "List all file versions"
    call promote_version(std::string_view file_id, std::string_view version_id) const;

private:
    std::string session_url(const upload_session& session, const std::string& given, std::string_view tail) const;

    std::string api_;
    std::string upload_;
};

}  // namespace boxgate::box::api
