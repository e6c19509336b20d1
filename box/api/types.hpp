#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace boxgate::box::api {

enum class item_type { file, folder, web_link };

/// What the user may do with an item, by Box's own rules.
struct item_permissions {
    item_permissions() = default;

    bool can_download = true;
    bool can_upload = true;  ///< a new version of a file; something new into a folder
    bool can_rename = true;
    bool can_delete = true;
};

/// A file or folder as Box describes it. Absent fields are empty or nullopt: an answer holds what `fields=` asked for.
struct item {
    item() = default;

    item_type type = item_type::file;
    std::string id;
    std::string name;
    std::string etag;
    std::string sha1;  ///< lower-case hex
    std::string version_id;
    std::string parent_id;
    std::optional<std::uint64_t> size;
    std::optional<std::int64_t> sequence_id;
    std::optional<std::chrono::system_clock::time_point> created;
    std::optional<std::chrono::system_clock::time_point> modified;  ///< content_modified_at, else modified_at
    std::optional<item_permissions> permissions;
    bool trashed = false;
};

/// One page of GET /folders/:id/items in marker mode.
struct item_page {
    item_page() = default;

    std::vector<item> entries;
    std::string next_marker;  ///< empty: this was the last page
};

struct user {
    user() = default;

    std::string id;
    std::string login;
    std::string name;
    std::string status;  ///< active, inactive, cannot_delete_edit, cannot_delete_edit_upload
    std::uint64_t space_amount = 0;
    std::uint64_t space_used = 0;
    std::uint64_t max_upload_size = 0;
};

/// POST /files/upload_sessions.
struct upload_session {
    upload_session() = default;

    std::string id;
    std::uint64_t part_size = 0;
    std::uint64_t total_parts = 0;
    std::string upload_part_url;
    std::string list_parts_url;
    std::string commit_url;
    std::string abort_url;
};

struct upload_part {
    upload_part() = default;

    std::string part_id;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::string sha1;
};

/// One entry of GET /events. `source` is the item after the change, where there is one and it is a file or a folder.
struct event {
    event() = default;

    std::string id;
    std::string type;  ///< ITEM_UPLOAD, ITEM_TRASH, ...
    bool has_source = false;
    std::optional<item> source;
};

struct event_page {
    event_page() = default;

    std::vector<event> entries;
    std::string next_position;  ///< Box's, opaque
};

/// OPTIONS /events.
struct realtime_server {
    realtime_server() = default;

    std::string url;
    unsigned max_retries = 10;
    std::chrono::seconds timeout{610};
};

/// Box's error body. `conflict` is the item that is in the way of a name, where Box says which.
struct error_body {
    error_body() = default;

    std::string code;
    std::string message;
    std::string request_id;
    std::optional<item> conflict;
};

}  // namespace boxgate::box::api
