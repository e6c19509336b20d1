#include "box/api/json.hpp"

#include "box/api/json_fields.hpp"

#include <boost/json/parse.hpp>

#include <charconv>
#include <limits>

namespace boxgate::box::api {

namespace json = boost::json;

namespace {

// Box writes "unlimited" as -1 in some places and as 1e15 or more in others.
std::uint64_t amount(const json::value& value, std::string_view name) {
    const auto n = number(value, name);
    if (!n) return 0;
    return *n < 0 ? static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
                  : static_cast<std::uint64_t>(*n);
}

std::string lower(std::string hex) {
    for (auto& c : hex) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return hex;
}

user to_user(const json::value& value) {
    user who;
    who.id = text(value, "id");
    who.login = text(value, "login");
    who.name = text(value, "name");
    who.status = text(value, "status");
    who.space_amount = amount(value, "space_amount");
    who.space_used = amount(value, "space_used");
    who.max_upload_size = amount(value, "max_upload_size");
    return who;
}

item_permissions to_permissions(const json::value& value) {
    const auto may = [&value](std::string_view name) {
        const auto* said = api::find(value, name);
        return !said || !said->is_bool() || said->get_bool();
    };
    item_permissions read;
    read.can_download = may("can_download");
    read.can_upload = may("can_upload");
    read.can_rename = may("can_rename");
    read.can_delete = may("can_delete");
    return read;
}

std::optional<upload_part> to_part(const json::value& value) {
    upload_part part;
    part.part_id = text(value, "part_id");
    part.offset = amount(value, "offset");
    part.size = amount(value, "size");
    part.sha1 = lower(text(value, "sha1"));
    if (part.part_id.empty()) return std::nullopt;
    return part;
}

}  // namespace

std::optional<json::value> parse_json(std::string_view body) {
    json::parse_options options;
    options.max_depth = 32;
    boost::system::error_code error;
    auto value = json::parse(json::string_view(body.data(), body.size()), error, {}, options);
    if (error) return std::nullopt;
    return value;
}

std::optional<item> parse_item(const json::value& value) {
    const auto type = text(value, "type");
    item found;
    if (type == "folder") {
        found.type = item_type::folder;
    } else if (type == "web_link") {
        found.type = item_type::web_link;
    } else if (type != "file") {
        return std::nullopt;
    }
    found.id = text(value, "id");
    if (found.id.empty()) return std::nullopt;
    found.name = text(value, "name");
    found.etag = text(value, "etag");
    found.sha1 = lower(text(value, "sha1"));
    if (const auto* version = find(value, "file_version")) found.version_id = text(*version, "id");
    if (const auto* parent = find(value, "parent")) found.parent_id = text(*parent, "id");
    if (const auto size = number(value, "size"); size && *size >= 0) found.size = static_cast<std::uint64_t>(*size);
    found.sequence_id = number(value, "sequence_id");
    found.created = parse_time(text(value, "content_created_at"));
    if (!found.created) found.created = parse_time(text(value, "created_at"));
    found.modified = parse_time(text(value, "content_modified_at"));
    if (!found.modified) found.modified = parse_time(text(value, "modified_at"));
    if (const auto* rights = api::find(value, "permissions"); rights && rights->is_object()) {
        found.permissions = to_permissions(*rights);
    }
    const auto status = text(value, "item_status");
    found.trashed = !status.empty() && status != "active";
    return found;
}

std::optional<item_page> parse_page(std::string_view body) {
    const auto value = parse_json(body);
    if (!value) return std::nullopt;
    const auto* list = entries(*value);
    if (!list) return std::nullopt;
    item_page page;
    for (const auto& entry : *list) {
        auto found = parse_item(entry);
        if (found && found->type != item_type::web_link && !found->trashed && !found->name.empty()) {
            page.entries.push_back(std::move(*found));
        }
    }
    page.next_marker = text(*value, "next_marker");
    return page;
}

std::optional<item> parse_first_entry(std::string_view body) {
    const auto value = parse_json(body);
    if (!value) return std::nullopt;
    const auto* list = entries(*value);
    return list && !list->empty() ? parse_item(list->front()) : std::nullopt;
}

std::optional<item> parse_item(std::string_view body) {
    const auto value = parse_json(body);
    return value ? parse_item(*value) : std::nullopt;
}

std::vector<user> parse_users(std::string_view body) {
    std::vector<user> users;
    const auto value = parse_json(body);
    const auto* list = value ? entries(*value) : nullptr;
    if (!list) return users;
    for (const auto& entry : *list) users.push_back(to_user(entry));
    return users;
}

std::optional<user> parse_user(std::string_view body) {
    const auto value = parse_json(body);
    if (!value) return std::nullopt;
    auto who = to_user(*value);
    if (who.id.empty()) return std::nullopt;
    return who;
}

std::optional<upload_session> parse_upload_session(std::string_view body) {
    const auto value = parse_json(body);
    if (!value) return std::nullopt;
    upload_session session;
    session.id = text(*value, "id");
    session.part_size = amount(*value, "part_size");
    session.total_parts = amount(*value, "total_parts");
    if (const auto* urls = find(*value, "session_endpoints")) {
        session.upload_part_url = text(*urls, "upload_part");
        session.list_parts_url = text(*urls, "list_parts");
        session.commit_url = text(*urls, "commit");
        session.abort_url = text(*urls, "abort");
    }
    if (session.id.empty() || session.part_size == 0) return std::nullopt;
    return session;
}

std::optional<upload_part> parse_upload_part(std::string_view body) {
    const auto value = parse_json(body);
    if (!value) return std::nullopt;
    // The guide shows the part bare, the API wraps it.
    const auto* wrapped = find(*value, "part");
    return to_part(wrapped ? *wrapped : *value);
}

std::vector<upload_part> parse_upload_parts(std::string_view body) {
    std::vector<upload_part> parts;
    const auto value = parse_json(body);
    const auto* list = value ? entries(*value) : nullptr;
    if (!list) return parts;
    for (const auto& entry : *list) {
        if (auto part = to_part(entry)) parts.push_back(std::move(*part));
    }
    return parts;
}

std::optional<std::string> parse_first_version(std::string_view body) {
    const auto value = parse_json(body);
    const auto* list = value ? entries(*value) : nullptr;
    if (!list || list->empty()) return std::nullopt;
    auto id = text(list->front(), "id");
    if (id.empty()) return std::nullopt;
    return id;
}

error_body parse_error(std::string_view body) {
    error_body error;
    const auto value = parse_json(body);
    if (!value) return error;
    error.code = text(*value, "code");
    error.message = text(*value, "message");
    error.request_id = text(*value, "request_id");
    if (error.code.empty()) {
        error.code = text(*value, "error");
        error.message = text(*value, "error_description");
    }
    const auto* context = find(*value, "context_info");
    const auto* conflicts = context ? find(*context, "conflicts") : nullptr;
    if (conflicts) {
        // An object for files, a list for folders.
        if (const auto* list = conflicts->if_array()) {
            if (!list->empty()) error.conflict = parse_item(list->front());
        } else {
            error.conflict = parse_item(*conflicts);
        }
    }
    return error;
}

std::optional<std::chrono::system_clock::time_point> parse_time(std::string_view text) {
    // 2017-05-16T15:18:02-07:00, ...Z, ...02.123+00:00
    const auto digits = [&](std::size_t at, std::size_t n) -> std::optional<int> {
        if (at + n > text.size()) return std::nullopt;
        int parsed = 0;
        const auto* const end = text.data() + at + n;
        const auto [stop, error] = std::from_chars(text.data() + at, end, parsed);
        if (error != std::errc() || stop != end || text[at] == '-') return std::nullopt;
        return parsed;
    };
    if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') {
        return std::nullopt;
    }
    const auto year = digits(0, 4), month = digits(5, 2), day = digits(8, 2);
    const auto hour = digits(11, 2), minute = digits(14, 2), second = digits(17, 2);
    if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
    const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day)));
    // A time_point counts nanoseconds: it ends in 2262.
    if (*year < 1700 || *year > 2200) return std::nullopt;
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    std::size_t at = 19;
    if (text[at] == '.') {
        do ++at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9');
    }
    std::chrono::minutes offset{0};
    if (at >= text.size()) return std::nullopt;
    if (text[at] == '+' || text[at] == '-') {
        const auto offset_hours = digits(at + 1, 2), offset_minutes = digits(at + 4, 2);
        if (!offset_hours || !offset_minutes) return std::nullopt;
        offset = std::chrono::minutes(*offset_hours * 60 + *offset_minutes);
        if (text[at] == '-') offset = -offset;
    } else if (text[at] != 'Z') {
        return std::nullopt;
    }
    return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           std::chrono::seconds(*second) - offset;
}

}  // namespace boxgate::box::api
