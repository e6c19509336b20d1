// How items look in Box's answers.
#include "tests/simulator/tree.hpp"

#include <boost/json/array.hpp>

namespace box_simulator {

namespace json = boost::json;

std::string to_iso(std::time_t when) {
    // Box writes the enterprise's zone, not UTC: clients have to mind the offset.
    const std::time_t shifted = when - 7 * 3600;
    std::tm fields{};
    gmtime_r(&shifted, &fields);
    char text[40];
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S-07:00", &fields);
    return text;
}

std::optional<std::time_t> from_iso(const std::string& text) {
    std::tm fields{};
    const char* rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &fields);
    if (!rest) return std::nullopt;
    std::time_t when = timegm(&fields);
    while (*rest == '.' || (*rest >= '0' && *rest <= '9')) ++rest;
    int hours = 0, minutes = 0;
    if ((*rest == '+' || *rest == '-') && sscanf(rest + 1, "%d:%d", &hours, &minutes) == 2) {
        const int offset = hours * 3600 + minutes * 60;
        when += *rest == '-' ? offset : -offset;
    }
    return when;
}

json::object tree::to_mini_json(const item& what) const {
    json::object mini{{"type", what.type}, {"id", what.outside_id()}};
    if (what.type == "file") {
        const auto& version = what.current();
        mini["file_version"] = {{"type", "file_version"}, {"id", version.id}, {"sha1", version.sha1}};
    }
    if (what.parent_id.empty()) {
        mini["sequence_id"] = nullptr;
        mini["etag"] = nullptr;
    } else {
        mini["sequence_id"] = std::to_string(what.sequence_id);
        mini["etag"] = std::to_string(what.etag);
    }
    if (what.type == "file") mini["sha1"] = what.current().sha1;
    mini["name"] = what.name;
    return mini;
}

json::object tree::to_json(const item& what, const std::set<std::string>& fields) const {
    const std::lock_guard lock(mutex_);
    auto full = to_mini_json(what);
    const bool root = what.parent_id.empty();
    const auto time = [&](std::time_t when) { return root ? json::value(nullptr) : json::value(to_iso(when)); };
    if (what.type == "file") full["size"] = what.current().size;
    if (what.type == "folder") full["size"] = 0;
    full["created_at"] = time(what.created);
    full["modified_at"] = time(what.modified);
    full["content_created_at"] = time(what.created);
    full["content_modified_at"] = time(what.modified);
    full["description"] = "";
    full["item_status"] = what.trashed ? "trashed" : "active";
    full["parent"] = root ? json::value(nullptr) : json::value(to_mini_json(items_.at(what.parent_id)));
    json::array path;
    for (auto up = what.parent_id; !up.empty(); up = items_.at(up).parent_id) {
        path.insert(path.begin(), to_mini_json(items_.at(up)));
    }
    full["path_collection"] = json::object{{"total_count", path.size()}, {"entries", path}};
    full["owned_by"] = json::object{{"type", "user"}, {"id", what.owner_id}};
    full["shared_link"] = nullptr;
    if (fields.empty()) return full;
    // With fields= Box sends what is named and little else.
    json::object chosen;
    for (const auto& [name, value] : full) {
        if (name == "type" || name == "id" || name == "etag" || fields.contains(std::string(name)))
            chosen[name] = value;
    }
    if (fields.contains("lock")) {
        chosen["lock"] = nullptr;
        if (what.lock) {
            json::object shown{{"type", "lock"},
                               {"id", what.id + "1"},
                               {"created_by", json::object{{"type", "user"}, {"id", what.lock->by}}},
                               {"is_download_prevented", what.lock->no_download}};
            if (what.lock->expires) shown["expired_at"] = to_iso(what.lock->expires);
            chosen["lock"] = std::move(shown);
        }
    }
    if (fields.contains("permissions")) {
        json::object permissions;
        for (const char* name : {"can_download", "can_upload", "can_rename", "can_delete"}) {
            bool may = true;
            for (const auto* up = &what; may; up = &items_.at(up->parent_id)) {
                may = !up->denied.contains(name);
                if (up->parent_id.empty()) break;
            }
            permissions[name] = may;
        }
        // What is shared and annotated nobody restricts here; Box names it all the same.
        for (const char* name : {"can_share", "can_set_share_access", "can_invite_collaborator"})
            permissions[name] = true;
        if (what.type == "file") {
            for (const char* name : {"can_annotate", "can_comment", "can_preview", "can_view_annotations_all",
                                     "can_view_annotations_self"}) {
                permissions[name] = true;
            }
        }
        chosen["permissions"] = std::move(permissions);
    }
    return chosen;
}

}  // namespace box_simulator
