#include "box/api/errors.hpp"

#include "box/api/json.hpp"

#include <algorithm>
#include <charconv>

namespace boxgate::box::api {

using storage::errc;
using storage::failure;

namespace {

struct row {
    unsigned status;        // 0: any
    std::string_view code;  // Box's; empty: any
    errc means;
    std::string_view text;
};

// The first row that fits counts.
constexpr row table[] = {
    {0, "item_name_in_use", errc::exists, "an item of this name exists (Box ignores upper and lower case)"},
    {0, "item_name_invalid", errc::bad_name, "Box does not allow this name"},
    {0, "item_name_too_long", errc::bad_name, "the name is longer than Box's 255 characters"},
    {0, "folder_not_empty", errc::not_empty, "the folder is not empty"},
    {0, "cyclical_folder_structure", errc::bad_name, "a folder cannot be moved into itself"},
    {0, "cannot_make_collaborated_subfolder_private", errc::denied, "Box does not move shared folders there"},
    {0, "sync_item_move_failure", errc::denied, "Box does not move synchronised folders"},
    {0, "storage_limit_exceeded", errc::quota, "the Box account that owns the folder is full"},
    {0, "file_size_limit_exceeded", errc::too_large, "the file is larger than the Box account's plan allows"},
    {507, "", errc::quota, "the Box account that owns the folder is full"},
    {413, "", errc::too_large, "Box does not take a file of this size"},
    {0, "access_denied_item_locked", errc::locked, "the file is locked in Box by somebody"},
    {0, "operation_blocked_temporary", errc::busy,
     "Box is still moving, copying or deleting something there; try again"},
    {0, "name_temporarily_reserved", errc::busy, "Box has reserved this name for a moment; try again"},
    {0, "terms_of_service_required", errc::denied, "the Box user has to accept the terms of service in Box first"},
    {0, "password_reset_required", errc::denied, "the Box user has to reset the password in Box first"},
    {0, "user_email_confirmation_required", errc::denied, "the Box user has to confirm the e-mail address first"},
    {0, "forbidden_by_policy", errc::denied, "a policy of the Box enterprise forbids this"},
    {0, "access_from_location_blocked", errc::denied, "the Box enterprise forbids access from this network"},
    {0, "bad_digest", errc::changed, "the content was damaged on its way to Box"},
    {0, "trashed", errc::not_found, "the item is in Box's trash"},
    {401, "", errc::denied, "Box does not accept the access token, even a new one"},
    {403, "", errc::denied, "the Box user may not do this"},
    {404, "", errc::not_found, "there is no such item in Box"},
    {405, "", errc::not_found, "Box does not know such an id"},
    {409, "", errc::exists, "the item is in the way of another"},
    {410, "", errc::aborted, "Box has ended the upload session"},
    {412, "", errc::changed, "the item was changed in Box meanwhile"},
    {429, "", errc::rate_limited, "Box's rate limit is reached"},
    {400, "", errc::internal, "Box did not accept the request"},
};

const row* find(unsigned status, std::string_view code) {
    for (const auto& candidate : table) {
        if (candidate.status != 0 && candidate.status != status) continue;
        if (!candidate.code.empty() && candidate.code != code) continue;
        if (candidate.status == 0 && candidate.code.empty()) continue;
        return &candidate;
    }
    return nullptr;
}

// Box's words end in replies and logs: one line, of a bearable length.
std::string printable(std::string_view text) {
    std::string line(text.substr(0, 300));
    std::replace_if(
        line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
    return line;
}

}  // namespace

failure to_failure(const http::response& answer) {
    const auto error = parse_error(answer.body);
    const auto* const match = find(answer.status, error.code);
    failure what(match ? match->means : (answer.status >= 500 ? errc::unavailable : errc::internal),
                 match ? std::string(match->text) : "Box answered " + std::to_string(answer.status));
    // What Box says itself, where our sentence does not cover it.
    if (!error.message.empty() && (!match || match->code.empty())) what.detail += ": " + printable(error.message);
    if (answer.status == 403 &&
        answer.headers["WWW-Authenticate"].find("insufficient_scope") != std::string_view::npos) {
        what.detail =
            "the Box app has no right to act for users: switch on \"Make API calls using the as-user header\" and the "
            "access level App + Enterprise, and have the admin authorise the app again";
    }
    if (error.message == "On-Behalf-Of User not found") {
        what = failure(errc::denied, "the Box user does not exist in this enterprise");
    }
    what.box_request_id = error.request_id.empty() ? std::string(answer.headers["box-request-id"]) : error.request_id;
    what.retry_after = retry_after(answer);
    return what;
}

std::optional<std::chrono::seconds> retry_after(const http::response& answer) {
    const auto text = answer.headers["Retry-After"];
    unsigned seconds = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.empty() || error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
    return std::chrono::seconds(std::min(seconds, 3600U));
}

}  // namespace boxgate::box::api
